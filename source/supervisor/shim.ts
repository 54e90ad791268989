/**
The shim that holds one attempt: POSIX sh, tried with dash. A copy lies in every attempt's folder, so that an upgrade of this program
can't change an action that is already running.

	sh FOLDER/shim.sh watch SETSID DD ARGV…     in the action's folder, SLIPWAY_ATTEMPT_FOLDER set, the FIFO `alive` open as 9

`watch` waits; `run` proves the start and becomes the action:

- The action is a foreground child: after `&` a shell makes it deaf to SIGINT and SIGQUIT.
- `setsid` gives the action a process group of its own, so that cancelling it leaves the shim to write down how it ended.
- Signals are caught while it runs (a caught signal is back to its default after exec, an ignored one is not), and ignored while the end is written.
- `exit` and `pid` exist before the shim does and are overwritten in place: a full disk can't lose the exit status.
- A process reads its own identity: a child that reads it for its parent finds nothing when the parent was killed meanwhile.
- No variable is set before the action's exec but those named SLIPWAY_…: another name might be one of its environment.
- A shell says "Terminated" and the like on stderr when its child died of a signal, and nothing when the child exited with 143; so the second
  line of `sup` tells the two apart. It says nothing for SIGINT and SIGPIPE, so 130 and 141 are read as these signals.
*/
export const shimText = `#!/bin/sh
# Holds one attempt of a Slipway action: proves its start, waits for it, writes down how it ended.
identity() {
	read -r SLIPWAY_BOOT </proc/sys/kernel/random/boot_id && read -r SLIPWAY_STAT <"/proc/$$/stat" || exit 125
	set -- \${SLIPWAY_STAT##*)}
	SLIPWAY_IDENTITY="$$ \${20} $SLIPWAY_BOOT"
}
case $1 in
watch)
	trap : HUP INT QUIT TERM
	identity
	printf '%-63.63s\\n' "$SLIPWAY_IDENTITY" >"$SLIPWAY_ATTEMPT_FOLDER/sup" || exit 125
	exec 2>>"$SLIPWAY_ATTEMPT_FOLDER/sup"
	shift
	"$1" /bin/sh "$0" run "$@"
	code=$?
	trap '' HUP INT QUIT TERM
	{ read -r said; read -r said; } <"$SLIPWAY_ATTEMPT_FOLDER/sup"
	printf '%-63.63s\\n' "exit $code $said" | "$2" of="$SLIPWAY_ATTEMPT_FOLDER/exit" conv=notrunc,fsync 2>/dev/null
	;;
run)
	exec >>"$SLIPWAY_ATTEMPT_FOLDER/out" 2>>"$SLIPWAY_ATTEMPT_FOLDER/err" || exit 125
	identity
	printf '%-63.63s\\n' "$SLIPWAY_IDENTITY" | "$3" of="$SLIPWAY_ATTEMPT_FOLDER/pid" conv=notrunc,fsync 2>/dev/null || exit 125
	shift 3
	exec "$@"
	;;
esac
`;
