/** What a running observation can tell a monitoring system: micrometer meters, served for Prometheus over HTTP. */
@NullMarked
package dev.iputrace.metrics;

import org.jspecify.annotations.NullMarked;
