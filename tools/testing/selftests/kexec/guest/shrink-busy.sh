# SPDX-License-Identifier: GPL-2.0-only
#
# While images are being loaded, the size can be read but not changed.

. /lib/crash-memory.sh

plan 2
size=$(cat $SIZE)
(while [ ! -e /run/stop ]; do load -p; done) >/dev/null 2>&1 &
busy=0 read=0 other=0 tries=0
while [ $busy -lt 20 ] && [ $tries -lt 5000 ]; do
	tries=$((tries + 1))
	case $(sh -c "echo $size >$SIZE" 2>&1) in
	*busy*)
		busy=$((busy + 1))
		[ "$(cat $SIZE 2>&1)" = "$size" ] && read=$((read + 1)) ;;
	*"No such file"* | "") ;;
	*) other=$((other + 1)) ;;
	esac
done
touch /run/stop
wait
fact tries $tries
equal "shrinking fails while a load runs, and reading does not" "$busy $read" "20 20"
equal "no other error comes" $other 0
