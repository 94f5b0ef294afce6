/** Findings and summaries for people, machines and the kernel log. */
@NullMarked
package dev.iputrace.report;

import org.jspecify.annotations.NullMarked;
