package dev.conclave.node.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigMemorySize;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses memory sizes on the command line, in the format of the configuration: 512m, 2g. */
public final class MemorySizes implements ITypeConverter<ConfigMemorySize> {

    @Override
    public ConfigMemorySize convert(String value) {
        try {
            return ConfigFactory.parseMap(Map.of("s", value)).getMemorySize("s");
        } catch (ConfigException e) {
            throw new TypeConversionException("\"" + value + "\" is not a size; write it as 512m or 2g");
        }
    }
}
