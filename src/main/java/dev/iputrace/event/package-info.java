/** What was seen: events of the inode life cycle, where they come from, and how they were captured. */
@NullMarked
package dev.iputrace.event;

import org.jspecify.annotations.NullMarked;
