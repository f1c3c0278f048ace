/**
 * HTTP for operators. {@link dev.conclave.internal.http.OperatorRoutes} answers requests, whichever server has received them; {@link
 * dev.conclave.internal.http.HttpEndpoint} is the server of the JDK.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.http;

import org.jspecify.annotations.NullMarked;
