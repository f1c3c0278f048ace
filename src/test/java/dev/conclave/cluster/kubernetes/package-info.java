/** The manifests below {@code deploy/kubernetes}, acted out on one machine: pods are processes in namespaces of their own. */
@NullMarked
package dev.conclave.cluster.kubernetes;

import org.jspecify.annotations.NullMarked;
