# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by iputrace and check: finds Java, and installs what this machine lacks.

readonly JAVA_MIN=17
readonly EXIT_CANNOT=4

missing=()

say() {
	printf 'iputrace: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit "$EXIT_CANNOT"
}

# Sets java_home to a JDK or JRE of at least JAVA_MIN that has bin/$1. Starts no JVM: that would cost each start 50 ms.
find_java() {
	local tool=$1 home release
	local -a homes=("${JAVA_HOME-}")
	release=$(command -v "$tool") && release=$(readlink -f "$release") && homes+=("${release%/bin/*}")
	homes+=(/usr/lib/jvm/*)
	for home in "${homes[@]}"; do
		[[ -n $home && -x $home/bin/$tool && -r $home/release ]] || continue
		release=$(<"$home/release")
		[[ $release =~ JAVA_VERSION=\"([0-9]+) ]] || continue
		if ((BASH_REMATCH[1] >= JAVA_MIN)); then
			# shellcheck disable=SC2034 # for whoever sources this
			java_home=$home
			return 0
		fi
	done
	return 1
}

has_header() {
	echo "#include <$1>" | gcc -E -x c - >/dev/null 2>&1
}

# need PACKAGE WHY TEST...: the package is missing unless the test succeeds.
need() {
	local package=$1 why=$2
	shift 2
	"$@" >/dev/null 2>&1 && return
	missing+=("$package")
	say "lacks $package: $why"
}

need_to_run() {
	need jre "runs it" find_java java
}

need_to_build() {
	need jdk "compiles the Java part" find_java javac
	need maven "drives the build" command -v mvn
	need gcc "compiles the native agent" command -v gcc
	need libc6-dev "C library headers" has_header stdio.h
	need make "drives the native build" command -v make
	need clang "compiles the BPF programs" command -v clang
	need libbpf-dev "loads BPF programs" has_header bpf/libbpf.h
	need libelf-dev "reads BPF objects" has_header libelf.h
	need zlib1g-dev "reads BPF objects" has_header zlib.h
}

# Turns jdk and jre into the name that this distribution has: 12 has 17, 13 has 21.
java_package() {
	local version
	for version in 17 21 25; do
		if apt-cache show "openjdk-$version-$1-headless" >/dev/null 2>&1; then
			echo "openjdk-$version-$1-headless"
			return
		fi
	done
	echo "default-$1-headless"
}

# Installs what need() found missing; exits, naming the line to run, where it cannot.
install_missing() {
	((${#missing[@]})) || return 0
	local -a as_root=() packages=()
	local package line
	command -v apt-get >/dev/null || die "no apt-get here: install ${missing[*]}, then start again"
	if ((EUID != 0)); then
		as_root=(sudo)
		if ! command -v sudo >/dev/null || { [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
			as_root=()
		fi
	fi
	if ((EUID == 0 || ${#as_root[@]})); then
		say "reading the package lists"
		"${as_root[@]}" apt-get -q update >&2 || say "apt-get update failed: trying with the lists at hand"
	fi
	for package in "${missing[@]}"; do
		case $package in
		jdk | jre) packages+=("$(java_package "$package")") ;;
		*) packages+=("$package") ;;
		esac
	done
	line="apt-get install -y --no-install-recommends ${packages[*]}"
	((EUID == 0 || ${#as_root[@]})) || die "cannot install without root: run  apt-get update && $line  as root"
	say "installing: ${as_root[*]:+${as_root[*]} }$line"
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
		-o DPkg::Lock::Timeout=300 "${packages[@]}" >&2 || die "installing failed: see above; by hand: $line"
	missing=()
}
