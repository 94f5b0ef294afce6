// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "alarm.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "lines.h"

#define LOOK_MS		 50 /* a wake-up may be lost when the ring's reader is faster */
#define STOP_SECONDS	 2
#define LINE_MAX_BYTES	 4096
#define KMSG_PER_SECOND	 5 /* the log belongs to everybody */
#define NS		 1000000000ULL
#define THREAD_STACK	 (256 << 10)
#define REALTIME_MINIMUM 1

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS + now.tv_nsec;
}

/* Gives up the output, not the watching. */
static void fail(struct alarm *alarm, int error)
{
	__atomic_store_n(&alarm->error, error, __ATOMIC_RELAXED);
	text_clear(&alarm->text);
}

static void write_text(struct alarm *alarm)
{
	const char *at = alarm->text.bytes;
	size_t left = alarm->text.length;

	while (left) {
		ssize_t n = write(alarm->fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fail(alarm, errno);
			return;
		}
		at += n;
		left -= n;
	}
	text_clear(&alarm->text);
}

static void is_safe(struct alarm *alarm)
{
	__u64 delay = now_ns() - alarm->oldest_ns;

	if (alarm->oldest_ns && delay > alarm->delay_ns_max)
		__atomic_store_n(&alarm->delay_ns_max, delay, __ATOMIC_RELAXED);
	alarm->oldest_ns = 0;
}

static void count_line(struct alarm *alarm, const struct iputrace_rare *record)
{
	if (!alarm->oldest_ns)
		alarm->oldest_ns = record->event.ts_ns;
	__atomic_fetch_add(&alarm->lines, 1, __ATOMIC_RELAXED);
}

static int may_write_kmsg(struct alarm *alarm)
{
	__u64 now = now_ns();

	if (now - alarm->second_ns >= NS) {
		alarm->second_ns = now;
		alarm->lines_this_second = 0;
	}
	return alarm->lines_this_second++ < KMSG_PER_SECOND;
}

/*
 * Each write is one message of the kernel's log. The kernel limits writers too (printk_devkmsg) and
 * says EAGAIN or EPERM then: the next line tells how many are missing.
 */
static void kmsg_take(struct alarm *alarm, const struct iputrace_rare *record)
{
	if (!broken_rules(&record->event))
		return;
	if (!may_write_kmsg(alarm)) {
		alarm->withheld++;
		return;
	}
	text_clear(&alarm->text);
	add_kmsg_line(&alarm->text, record, alarm->withheld);
	count_line(alarm, record);
	if (write(alarm->fd, alarm->text.bytes, alarm->text.length) < 0)
		alarm->withheld++;
	else
		alarm->withheld = 0;
	is_safe(alarm);
}

static void kmsg_settle(struct alarm *alarm)
{
	(void)alarm;
}

const struct alarm_sink alarm_kmsg = {kmsg_take, kmsg_settle};

static void file_settle(struct alarm *alarm)
{
	if (!alarm->text.length || alarm->error)
		return;
	if (alarm->fd < 0)
		alarm->fd = open(alarm->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
				 0644);
	if (alarm->fd < 0) {
		fail(alarm, errno);
		return;
	}
	write_text(alarm);
	if (!alarm->error && fdatasync(alarm->fd) && errno != EINVAL && errno != EROFS)
		fail(alarm, errno); /* EINVAL: a pipe or a device, which has no disk behind it */
	is_safe(alarm);
}

static void file_take(struct alarm *alarm, const struct iputrace_rare *record)
{
	if (!is_evidence(&record->event) || alarm->error)
		return;
	if (alarm->text.size - alarm->text.length < LINE_MAX_BYTES)
		file_settle(alarm);
	count_line(alarm, record);
	add_json_line(&alarm->text, record, __atomic_load_n(&alarm->symbols, __ATOMIC_ACQUIRE));
}

const struct alarm_sink alarm_file = {file_take, file_settle};

static void *load_symbols(void *context)
{
	struct alarm *alarm = context;
	struct kallsyms *symbols = kallsyms_read("/proc/kallsyms");

	__atomic_store_n(&alarm->symbols, symbols, __ATOMIC_RELEASE);
	return NULL;
}

/* Takes all that is there. */
static void drain(struct alarm *alarm)
{
	struct iputrace_rare record;
	long length;

	while ((length = ring_follow(&alarm->ring, &alarm->position, &record, sizeof(record)))) {
		if (length < 0)
			__atomic_fetch_add(&alarm->missed, 1, __ATOMIC_RELAXED);
		else
			alarm->sink->take(alarm, &record);
	}
	alarm->sink->settle(alarm);
}

static void *follow(void *context)
{
	struct sched_param realtime = {.sched_priority = REALTIME_MINIMUM};
	struct alarm *alarm = context;
	struct epoll_event event;
	int ended = 0;

	/* The machine may have milliseconds left. Without the right to it, it goes as it goes. */
	pthread_setschedparam(pthread_self(), SCHED_FIFO, &realtime);
	while (!ended) {
		int n = epoll_wait(alarm->epoll, &event, 1, LOOK_MS);

		ended = n == 1 && event.data.fd == alarm->wake;
		drain(alarm);
	}
	return NULL;
}

/* Edges: each record is one, whether or not the ring's reader has taken it by then. */
static int listen_to(struct alarm *alarm, int ring_fd)
{
	struct epoll_event ring = {.events = EPOLLIN | EPOLLET, .data.fd = ring_fd};
	struct epoll_event wake = {.events = EPOLLIN, .data.fd = -1};

	alarm->epoll = epoll_create1(EPOLL_CLOEXEC);
	alarm->wake = wake.data.fd = eventfd(0, EFD_CLOEXEC);
	if (alarm->epoll < 0 || alarm->wake < 0 ||
	    epoll_ctl(alarm->epoll, EPOLL_CTL_ADD, alarm->wake, &wake))
		return -errno;
	if (epoll_ctl(alarm->epoll, EPOLL_CTL_ADD, ring_fd, &ring) && errno != EPERM)
		return -errno; /* EPERM: a ring in a file, looked at by time alone */
	return 0;
}

static int start_thread(pthread_t *thread, void *(*run)(void *), struct alarm *alarm)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	int ret;

	/* Signals are for the threads of the program around us. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, THREAD_STACK);
	ret = pthread_create(thread, &attributes, run, alarm);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -ret;
}

struct alarm *alarm_start(const struct alarm_sink *sink, const char *path, int ring_fd,
			  size_t ring_size, struct text *err)
{
	struct alarm *alarm = calloc(1, sizeof(*alarm));
	int ret = -ENOMEM;

	if (!alarm)
		goto fail;
	alarm->sink = sink;
	alarm->epoll = alarm->wake = alarm->fd = -1;
	alarm->text = (struct text){.bytes = alarm->bytes, .size = sizeof(alarm->bytes)};
	snprintf(alarm->path, sizeof(alarm->path), "%s", path);
	if (sink == &alarm_kmsg)
		alarm->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	ret = sink == &alarm_kmsg && alarm->fd < 0 ? -errno : 0;
	if (!ret)
		ret = ring_map(&alarm->ring, ring_fd, ring_size);
	if (!ret)
		ret = listen_to(alarm, ring_fd);
	if (!ret && sink == &alarm_file)
		alarm->loading = !start_thread(&alarm->loader, load_symbols, alarm);
	if (!ret)
		ret = start_thread(&alarm->thread, follow, alarm);
	alarm->running = !ret;
	if (!ret)
		return alarm;
fail:
	text_add(err, "evidence: cannot write: path=%s: %s", path, strerror(-ret));
	alarm_free(alarm);
	return NULL;
}

void alarm_stop(struct alarm *alarm)
{
	struct timespec until;
	__u64 one = 1;

	if (!alarm || !alarm->running)
		return;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_SECONDS;
	if (write(alarm->wake, &one, sizeof(one)) < 0 ||
	    pthread_timedjoin_np(alarm->thread, NULL, &until)) {
		__atomic_store_n(&alarm->error, ETIMEDOUT, __ATOMIC_RELAXED);
		return; /* it hangs on its output, and still uses its memory */
	}
	alarm->running = 0;
}

void alarm_free(struct alarm *alarm)
{
	if (!alarm || alarm->running)
		return;
	if (alarm->loading)
		pthread_join(alarm->loader, NULL);
	kallsyms_free(alarm->symbols);
	ring_unmap(&alarm->ring);
	if (alarm->fd >= 0)
		close(alarm->fd);
	if (alarm->wake >= 0)
		close(alarm->wake);
	if (alarm->epoll >= 0)
		close(alarm->epoll);
	free(alarm);
}

void alarm_report(const struct alarm *alarm, const char *name, struct text *out)
{
	int error = __atomic_load_n(&alarm->error, __ATOMIC_RELAXED);

	text_add(out, "%s_lines=%ld\n%s_missed=%ld\n", name,
		 __atomic_load_n(&alarm->lines, __ATOMIC_RELAXED), name,
		 __atomic_load_n(&alarm->missed, __ATOMIC_RELAXED));
	text_add(out, "%s_delay_ns_max=%llu\n", name,
		 __atomic_load_n(&alarm->delay_ns_max, __ATOMIC_RELAXED));
	if (error)
		text_add(out, "%s_failure=cannot write: path=%s: %s\n", name, alarm->path,
			 strerror(error));
}
