# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel that was jumped into: says where it is and checks its payload.

plan 1
facts
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
