/**
 * A small fake kernel that emits the events a probed one would. It knows kernels, never the model: what it says to be
 * broken comes from its own memory.
 *
 * <p><b>What is modelled.</b> struct inode with i_count, i_state, i_nlink; dentries, open files, unlink, rename over an
 * existing name; the flusher; kjournald2 in ordered mode; evict with its own ordered truncate; direct I/O by AIO;
 * completion in interrupts and on workqueues; inode cache, shrinker, slab reuse, unmount. A task can be interrupted at
 * each lock, atomic and queue; a critical section that touches one unlocked word only is one step, because nobody can
 * tell the difference.
 *
 * <p><b>Where the bug of the seed comes from.</b> 2.6.32-279 as shipped makes io_ends only for direct I/O by AIO, from
 * a submitter that holds the file open: its igrab cannot be refused, and the simulated {@code rhel6-279-stock} never
 * breaks a rule. The machine that panicked must have had more; {@code rhel6-279} adds what 2.6.34 brought and was
 * widely backported: page writeback that makes an io_end (dioread_nolock), by kjournald2 without any reference to
 * the inode, or
 * by evict itself (the ordered truncate named in f7ad6d2e9201). This is an assumption about that machine, not a
 * finding. evict of 2.6.32 is generic_delete_inode and dispose_list; the probe sits where 2.6.36 put evict.
 *
 * <p><b>Fault model.</b> Faults of the kernel act at random, at a given rate, at the place where the fault is named:
 * the second put of put-twice is in unlink, the forgotten one in close. Faults of observation lose an event between
 * probe and reader (a hole in seq), let CPUs overtake each other by up to 20 us, or do not run the probe at the return
 * of igrab or ext4_init_io_end (only a counter tells).
 *
 * <p><b>Time</b> is simulated: a step costs 256 ns of one CPU. Loads, latencies and offsets in stacks are made up;
 * the order of things is not.
 */
@NullMarked
package dev.iputrace.sim;

import org.jspecify.annotations.NullMarked;
