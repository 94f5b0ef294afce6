// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "selfcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ring.h"

static __u32 kernel_dev(dev_t dev)
{
	return major(dev) << 20 | minor(dev);
}

int self_check_find_dir(struct self_check *check, __u32 dev)
{
	struct mntent *mount;
	struct stat st;
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	int ret = -ENOENT;

	if (!mounts)
		return -errno;
	while (ret && (mount = getmntent(mounts))) {
		if (strcmp(mount->mnt_type, "ext4") || hasmntopt(mount, "ro") ||
		    strlen(mount->mnt_dir) >= sizeof(check->dir) || stat(mount->mnt_dir, &st) ||
		    (dev && kernel_dev(st.st_dev) != dev))
			continue;
		strcpy(check->dir, mount->mnt_dir);
		ret = 0;
	}
	endmntent(mounts);
	return ret;
}

int self_check_act(struct self_check *check, struct text *why)
{
	char path[sizeof(check->dir) + 48];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/.iputrace-self-check-%d", check->dir, getpid());
	check->tid = gettid();
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st)) {
		int err = errno;

		text_add(why, "cannot make %s: %s", path, strerror(err));
		if (fd >= 0)
			close(fd);
		return -err;
	}
	check->i_ino = st.st_ino;
	check->s_dev = kernel_dev(st.st_dev);
	/* do_unlinkat: ihold, and an iput with i_nlink 0 and our file's reference left */
	unlink(path);
	close(fd); /* the last iput */
	return 0;
}

static int judge_record(void *context, const void *record, __u32 length)
{
	struct self_check *check = context;
	const struct iputrace_event *event = record;

	if (length < sizeof(*event) || event->tid != check->tid || event->i_ino != check->i_ino)
		return 0;
	if (event->op == IPUTRACE_OP_EVICT)
		check->evict_state = event->i_state;
	if (event->op == IPUTRACE_OP_DEATH)
		check->death_state = event->i_state;
	if (event->op != IPUTRACE_OP_IPUT)
		return 0;
	if (event->s_dev != check->s_dev || !(event->flags & IPUTRACE_UNLINKED) ||
	    event->i_count < 1)
		check->wrong++;
	if (event->flags & (IPUTRACE_FREEING | IPUTRACE_CLEAR))
		check->dying++;
	if (!check->puts++)
		check->first_i_count = event->i_count;
	check->last_i_count = event->i_count;
	return 0;
}

int self_check_judge(struct self_check *check, struct ring *events, struct text *why)
{
	ring_read(events, 1, judge_record, check);
	if (check->puts < 2)
		text_add(why, "saw %d of 2 iputs of inode %llu on %u:%u", check->puts, check->i_ino,
			 check->s_dev >> 20, check->s_dev & 0xfffff);
	else if (check->wrong)
		text_add(why, "%d iputs of inode %llu contradict stat and the model", check->wrong,
			 check->i_ino);
	else if (check->first_i_count <= check->last_i_count)
		text_add(why, "i_count of inode %llu went from %d to %d, want a fall", check->i_ino,
			 check->first_i_count, check->last_i_count);
	else
		return 0;
	return -EIO;
}
