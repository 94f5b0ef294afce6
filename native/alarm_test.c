// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of ring_follow and of the alarms, on a ring in a file that this program writes as the
 * kernel would. Run by "make check", under the sanitizers as well.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alarm.h"
#include "lines.h"

#define RING_SIZE 4096UL /* room for 10 rare records */
#define RECORD	  (sizeof(struct iputrace_rare) + BPF_RINGBUF_HDR_SZ)

static int failed;

#define EXPECT(condition)                                                                  \
	do {                                                                               \
		if (!(condition)) {                                                        \
			printf("alarm_test: %s:%d: %s\n", __func__, __LINE__, #condition); \
			failed = 1;                                                        \
		}                                                                          \
	} while (0)

struct fake_ring {
	int fd;
	__u64 *consumer, *producer;
	char *data; /* twice, as the kernel maps it */
};

static struct fake_ring ring_new(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct fake_ring ring = {.fd = memfd_create("ring", MFD_CLOEXEC)};
	char *at;

	if (ring.fd < 0 || ftruncate(ring.fd, 2 * page + 2 * RING_SIZE))
		abort();
	at = mmap(NULL, 2 * page + 2 * RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, 0);
	if (at == MAP_FAILED)
		abort();
	ring.consumer = (__u64 *)at;
	ring.producer = (__u64 *)(at + page);
	ring.data = at + 2 * page;
	return ring;
}

static void ring_put(struct fake_ring *ring, const struct iputrace_rare *record)
{
	char bytes[RECORD];
	__u32 header = sizeof(*record);
	size_t i;

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + BPF_RINGBUF_HDR_SZ, record, sizeof(*record));
	for (i = 0; i < RECORD; i++) {
		size_t at = (*ring->producer + i) % RING_SIZE;

		ring->data[at] = ring->data[at + RING_SIZE] = bytes[i];
	}
	__atomic_store_n(ring->producer, *ring->producer + RECORD, __ATOMIC_RELEASE);
}

static struct iputrace_rare bad_put(int number)
{
	struct iputrace_rare record = {};

	record.event.ts_ns = 1 + number;
	record.event.op = IPUTRACE_OP_IPUT;
	record.event.flags = IPUTRACE_FREEING | IPUTRACE_IN_IO_END_FREE | IPUTRACE_BROKEN_RULE;
	record.event.inode = 0xffff888000000077ULL;
	record.event.i_ino = number;
	record.event.s_dev = 8 << 20 | 1;
	record.event.i_state = 0x20;
	record.event.tid = 9;
	strcpy(record.comm.comm, "a\"}\n{\x80");
	record.stack[0].address[0] = 0xabc;
	record.stack[0].address[1] = 0xdef;
	return record;
}

static char *read_file(const char *path)
{
	static char bytes[1 << 16];
	FILE *file = fopen(path, "r");
	size_t length = file ? fread(bytes, 1, sizeof(bytes) - 1, file) : 0;

	bytes[length] = 0;
	if (file)
		fclose(file);
	return bytes;
}

static int count_lines(const char *text)
{
	int count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void followerSeesEachRecordOnceAndConsumesNone(void)
{
	struct fake_ring fake = ring_new();
	struct iputrace_rare record, one = bad_put(1), two = bad_put(2);
	struct ring ring;
	__u64 position = 0;

	EXPECT(!ring_map(&ring, fake.fd, RING_SIZE));
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == 0);
	ring_put(&fake, &one);
	ring_put(&fake, &two);
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == sizeof(record));
	EXPECT(record.event.i_ino == 1);
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == sizeof(record));
	EXPECT(record.event.i_ino == 2);
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == 0);
	EXPECT(*fake.consumer == 0);
	ring_unmap(&ring);
}

static void recordBeingWrittenIsWaitedFor(void)
{
	struct fake_ring fake = ring_new();
	struct iputrace_rare record, one = bad_put(1);
	struct ring ring;
	__u64 position = 0;

	EXPECT(!ring_map(&ring, fake.fd, RING_SIZE));
	ring_put(&fake, &one);
	*(__u32 *)fake.data |= BPF_RINGBUF_BUSY_BIT;
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == 0);
	EXPECT(position == 0);
	*(__u32 *)fake.data &= ~BPF_RINGBUF_BUSY_BIT;
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == sizeof(record));
	ring_unmap(&ring);
}

static void followerThatIsOvertakenSaysSoAndGoesOnAtTheReader(void)
{
	struct fake_ring fake = ring_new();
	struct iputrace_rare record;
	struct ring ring;
	__u64 position = 0;
	int i;

	EXPECT(!ring_map(&ring, fake.fd, RING_SIZE));
	for (i = 0; i < 13; i++) {
		struct iputrace_rare next = bad_put(i);

		if (i >= 10)
			*fake.consumer += RECORD; /* the reader makes room */
		ring_put(&fake, &next);
	}
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == -ENODATA);
	EXPECT(position == *fake.consumer);
	EXPECT(ring_follow(&ring, &position, &record, sizeof(record)) == sizeof(record));
	EXPECT(record.event.i_ino == 3);
	ring_unmap(&ring);
}

static void evidenceIsOneLineAViolationWhateverTheTaskIsCalled(void)
{
	struct fake_ring fake = ring_new();
	char path[] = "/tmp/iputrace-alarm-XXXXXX", report[8192] = "", err[512] = "", *lines;
	struct text text = {report, sizeof(report), 0}, why = {err, sizeof(err), 0};
	struct iputrace_rare bad = bad_put(7), good = bad_put(8);
	struct alarm *alarm;

	good.event.flags = 0;
	good.event.i_count = 1;
	close(mkstemp(path));
	unlink(path);
	alarm = alarm_start(&alarm_file, path, fake.fd, RING_SIZE, &why);
	EXPECT(alarm);
	ring_put(&fake, &good);
	ring_put(&fake, &bad);
	alarm_stop(alarm);
	lines = read_file(path);
	EXPECT(count_lines(lines) == 1);
	EXPECT(strstr(lines, "{\"schema\":\"iputrace.evidence/1\",\"event\":\"iput\","
			     "\"rules\":[\"R1\",\"R2\"],\"ts_ns\":\"8\"") == lines);
	EXPECT(strstr(lines, "\"dev\":\"8:1\",\"i_ino\":\"7\",\"i_count\":0,\"i_state\":\"0x20\""));
	EXPECT(strstr(lines,
		      "\"comm\":\"a\\u0022}\\u000a{\\u0080\",\"stack\":[\"0xabc\",\"0xdef\"]"));
	alarm_report(alarm, "evidence", &text);
	EXPECT(strstr(report, "evidence_lines=1\n"));
	EXPECT(!strstr(report, "failure"));
	alarm_free(alarm);
	unlink(path);
}

static void nothingBrokenLeavesNoFile(void)
{
	struct fake_ring fake = ring_new();
	char err[512] = "", path[] = "/tmp/iputrace-alarm-XXXXXX";
	struct text why = {err, sizeof(err), 0};
	struct alarm *alarm;

	close(mkstemp(path));
	unlink(path);
	alarm = alarm_start(&alarm_file, path, fake.fd, RING_SIZE, &why);
	alarm_stop(alarm);
	alarm_free(alarm);
	EXPECT(access(path, F_OK));
}

static void floodIntoTheKernelLogIsCut(void)
{
	struct fake_ring fake = ring_new();
	char err[512] = "", path[] = "/tmp/iputrace-alarm-XXXXXX", *lines;
	struct text why = {err, sizeof(err), 0};
	struct alarm *alarm;
	int i;

	close(mkstemp(path));
	alarm = alarm_start(&alarm_kmsg, path, fake.fd, RING_SIZE, &why);
	for (i = 0; i < 10; i++) {
		struct iputrace_rare bad = bad_put(i);

		ring_put(&fake, &bad);
	}
	alarm_stop(alarm);
	alarm_free(alarm);
	lines = read_file(path);
	EXPECT(strstr(lines, "<2>iputrace: VIOLATION R2 put-on-dying-inode dev=8:1 ino=0 "
			     "inode=0xffff888000000077 i_count=0 i_state=0x20 "
			     "I_FREEING|IN_IO_END_FREE tid=9 cpu=0\n") == lines);
	EXPECT(count_lines(lines) >= 5 && count_lines(lines) < 10);
	unlink(path);
}

static void outputThatCannotBeWrittenIsTold(void)
{
	struct fake_ring fake = ring_new();
	char report[8192] = "", err[8192] = "";
	struct text text = {report, sizeof(report), 0}, why = {err, sizeof(err), 0};
	struct iputrace_rare bad = bad_put(1);
	struct alarm *alarm;

	EXPECT(!alarm_start(&alarm_kmsg, "/no/such/kmsg", fake.fd, RING_SIZE, &why));
	EXPECT(strstr(err, "evidence: cannot write: path=/no/such/kmsg: No such file"));
	alarm = alarm_start(&alarm_file, "/dev/full", fake.fd, RING_SIZE, &why);
	ring_put(&fake, &bad);
	alarm_stop(alarm);
	alarm_report(alarm, "evidence", &text);
	EXPECT(strstr(report, "evidence_failure=cannot write: path=/dev/full: No space left"));
	alarm_free(alarm);
}

static void namesComeFromTheTableOfSymbols(void)
{
	char path[] = "/tmp/iputrace-alarm-XXXXXX", bytes[256] = "";
	struct text text = {bytes, sizeof(bytes), 0};
	FILE *file = fdopen(mkstemp(path), "w");
	struct kallsyms *symbols;

	fputs("1000 T iput\n2000 d data\n3000 t ext4_free_io_end\t[ext4]\n"
	      "3000 t other_name\t[ext4]\n3040 t next\t[ext4]\nnonsense\n",
	      file);
	fclose(file);
	symbols = kallsyms_read(path);
	kallsyms_add(symbols, 0x3017, &text);
	EXPECT(!strcmp(bytes, "ext4_free_io_end+0x17/0x40 [ext4]"));
	text_clear(&text);
	kallsyms_add(symbols, 0x1005, &text);
	EXPECT(!strcmp(bytes, "iput+0x5/0x2000"));
	text_clear(&text);
	kallsyms_add(symbols, 0xfff, &text);
	EXPECT(!strcmp(bytes, "0xfff"));
	kallsyms_free(symbols);
	unlink(path);
}

int main(void)
{
	followerSeesEachRecordOnceAndConsumesNone();
	recordBeingWrittenIsWaitedFor();
	followerThatIsOvertakenSaysSoAndGoesOnAtTheReader();
	evidenceIsOneLineAViolationWhateverTheTaskIsCalled();
	nothingBrokenLeavesNoFile();
	floodIntoTheKernelLogIsCut();
	outputThatCannotBeWrittenIsTold();
	namesComeFromTheTableOfSymbols();
	if (!failed)
		printf("alarm_test: ok\n");
	return failed;
}
