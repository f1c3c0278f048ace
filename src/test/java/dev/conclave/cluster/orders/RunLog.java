package dev.conclave.cluster.orders;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** The course of the run on standard output, each line with the wall clock's time, as the logs of the nodes have it. */
final class RunLog {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private RunLog() {}

    static void line(String text) {
        System.out.println(LocalTime.now(ZoneId.systemDefault()).format(TIME) + " OrdersIT: " + text);
    }
}
