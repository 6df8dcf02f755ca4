#!/bin/sh
# Lays out the contexts that the labels are of, as FOLDER/<repository>/<commit>.
#
#     labels/fetch.sh FOLDER labels/*.toml
#
# The repositories come from $SOURCE, https://github.com where it is not set.
set -eu

source=${SOURCE:-https://github.com}
folder=$1
shift

sed -n -e 's/^repository = "\(.*\)"$/\1/p' -e 's/^commit = "\(.*\)"$/\1/p' "$@" |
	paste - - | sort -u |
	while read -r repository commit; do
		into=$folder/$repository/$commit
		[ ! -d "$into" ] || continue
		git init -q "$into.part"
		git -C "$into.part" fetch -q --depth 1 "$source/$repository" "$commit"
		git -C "$into.part" -c core.autocrlf=false checkout -q FETCH_HEAD
		mv "$into.part" "$into"
		echo "$into"
	done
