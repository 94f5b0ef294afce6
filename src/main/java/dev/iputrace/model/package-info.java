/** The model: rules and packed ledgers of one inode and its io_ends. Pure: no clock, no I/O, no threads. */
@NullMarked
package dev.iputrace.model;

import org.jspecify.annotations.NullMarked;
