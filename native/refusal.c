// SPDX-License-Identifier: Apache-2.0
#include "refusal.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

static char warning[512]; /* the first one: later ones are its consequences */

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN && !warning[0])
		vsnprintf(warning, sizeof(warning), format, args);
	return 0;
}

void refusal_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keep(LIBBPF_WARN, format, args);
	va_end(args);
}

void refusal_listen(void)
{
	refusal_forget();
	libbpf_set_print(keep);
}

void refusal_forget(void)
{
	warning[0] = 0;
}

/* The mode in brackets: none [integrity] confidentiality */
static int locked_down(void)
{
	char modes[128] = "";
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");

	if (!file)
		return 0;
	if (!fgets(modes, sizeof(modes), file))
		modes[0] = 0;
	fclose(file);
	return strstr(modes, "[confidentiality]") != NULL;
}

static const char *remedy(int ret)
{
	/* Locked down, the kernel has no bpf_probe_read_kernel: the verifier says EINVAL, not
	 * EPERM. */
	if (locked_down())
		return "the kernel is locked down (confidentiality): boot with lockdown=integrity "
		       "or none";
	if (ret != -EPERM && ret != -EACCES)
		return "see the kernel log and the configuration that 'iputrace doctor' names";
	if (geteuid())
		return "needs root, or CAP_BPF and CAP_PERFMON: use sudo";
	return "BPF tracing is refused to root here (container, seccomp or security policy): run "
	       "on the "
	       "host itself";
}

void refusal_explain(const struct iputrace_agent *agent, int ret, struct text *err)
{
	const char *failed = "load";
	int i;

	for (i = 0; i < POINTS; i++)
		if (agent->points[i].function && agent->points[i].why[0])
			failed = agent->points[i].why;
	warning[strcspn(warning, "\n")] = 0;
	text_add(err, "agent: cannot attach: %s: %s (errno %d), uid=%d; in detail: %s; %s", failed,
		 strerror(-ret), -ret, geteuid(), warning[0] ? warning : "nothing", remedy(ret));
}
