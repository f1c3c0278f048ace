/** Actor systems in one JVM that elect over real Artery, with journals on disk. */
@NullMarked
package dev.conclave.artery;

import org.jspecify.annotations.NullMarked;
