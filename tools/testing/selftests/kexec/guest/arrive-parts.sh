# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel that was given several initrds: each file they hold has to be there.

plan 4
facts
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
for part in $(parameter kx.parts | tr ',' ' '); do
	equal "part ${part%%:*} arrives whole" "$(digest </parts/${part%%:*})" "${part#*:}"
done
