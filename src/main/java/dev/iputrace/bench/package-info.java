/** Measures the ring readers against a producer in user space that keeps the kernel's ring protocol. */
@NullMarked
package dev.iputrace.bench;

import org.jspecify.annotations.NullMarked;
