/**
 * The rules that ask once more where nobody sets others: for commands that destroy what cannot be had back, publish,
 * or take something down, and for files that decide what runs without being asked about.
 *
 * What is everyday work is left out, though it can do harm: to remove a named file, to write or move one over another,
 * a branch's ordinary push, stopping what one has started (`kill`, `docker stop`), packages that a lockfile brings
 * back. So is what a script does that a command only names. In doubt a command is in: a second question costs a
 * moment, and whoever is asked it too often takes the rule away by its name.
 */

import { CODE_READERS } from "../shell/told-code.ts";
import { parseRule, type Rule } from "./rules.ts";
import { matcherOf, programsOf, type CommandForm } from "./command-forms.ts";
import {
  copiesNothing,
  cuts,
  deletesByGraphQL,
  deletesOverHTTP,
  deletesRecords,
  deploysUnlessTold,
  emptiesFile,
  endsEverything,
  flushes,
  hasForSure,
  linksAway,
  listsOnly,
  mayQuery,
  movesAway,
  namesMany,
  overwritesFiles,
  passesNothing,
  printsNothing,
  printsNullDevice,
  pushesImage,
  removesAttached,
  removesData,
  removesFound,
  restoresFiles,
  runsRiskyCode,
} from "./peculiar-commands.ts";

export interface DefaultRule {
  /** As lists and cards have it. */
  readonly name: string;
  /** What it is about, for people. */
  readonly about: string;
  /** Why it asks. */
  readonly reason: string;
  /** The commands that it means. */
  readonly forms?: readonly CommandForm[];
  /** The files that it means, as patterns for `edit`. */
  readonly files?: readonly string[];
}

const PYTHON =
  "python python2 python3 py " + Array.from({ length: 12 }, (_, index) => `python3.${index + 6}`).join(" ");

const TRIAL = hasForSure(/^--dry-run$/, /^--(json|force|provenance)$/);

export const DEFAULT_RULE_TABLE: readonly DefaultRule[] = [
  // Files and directories
  {
    name: "rm-recursive",
    about: "`rm -r`, `rimraf`",
    reason: "Removes whole directories. A variable or a `*` as a name can bring the option.",
    forms: [
      { programs: "rm grm", options: "-r -R --recursive" },
      { programs: "shx", command: "rm", options: "-r -R --recursive" },
      { programs: "rimraf rimraf.js del-cli" },
    ],
  },
  {
    name: "rm-for-good",
    about: "`unlink`, `shred`, `srm`, `wipe`",
    reason: "Removes files without asking, or so that nothing can restore them.",
    forms: [{ programs: "unlink shred gshred srm wipe scrub" }],
  },
  {
    name: "find-delete",
    about: "`find -delete`, `find -exec rm`, `fd -x rm`",
    reason: "Which files are removed is only known when it runs.",
    forms: [
      { programs: "find gfind bfs", options: "-delete" },
      { programs: "find gfind bfs", test: removesFound },
      { programs: "fd fdfind", operands: "rm unlink shred", test: removesAttached },
    ],
  },
  {
    name: "empty-file",
    about:
      "`> x`, `: > x`, `cat /dev/null > x`, `echo -n > x`, `tee x < /dev/null`, `cp /dev/null x`, `truncate`",
    reason: "Empties a file and puts nothing in its place.",
    forms: [
      // The first of these is no program at all.
      { programs: " : true false", test: emptiesFile },
      { programs: "cat", test: printsNullDevice },
      { programs: "echo printf", test: printsNothing },
      { programs: "tee", test: passesNothing },
      { programs: "cp gcp install rsync", test: copiesNothing },
      { programs: "truncate gtruncate", test: cuts },
    ],
  },
  {
    name: "move-away",
    about: "`mv x /dev/null`, `ln -f /dev/null x`",
    reason: "Loses the file, or replaces the device.",
    forms: [
      { programs: "mv gmv", test: movesAway },
      { programs: "ln gln", test: linksAway },
    ],
  },
  {
    name: "mirror-delete",
    about: "`rsync --delete`, `--remove-source-files`, `rclone sync`, `tar --remove-files`, `zip -m`",
    reason: "Copies, and removes files on one of the two sides.",
    forms: [
      {
        programs: "rsync",
        options: "--del* --remove-source-files",
        unless: hasForSure(
          /^(--dry-run|-[avzhPrtulpogDciHAX]*n[avzhPrtulpogDciHAX]*)$/,
          /^(-[avzhPrtulpogDciHAX]+|--del[a-z-]*|--archive|--verbose)$/,
        ),
      },
      {
        programs: "rclone",
        command: "sync, bisync, move, moveto, delete, deletefile, purge, rmdir, rmdirs, cleanup, dedupe",
      },
      { programs: "tar gtar bsdtar", options: "--remove-files" },
      { programs: "zip", options: "-m --move" },
      { programs: "7z 7za 7zz", options: "-sdel" },
      { programs: "robocopy", operands: "/mir /purge /mov /move" },
    ],
  },
  {
    name: "change-rights",
    about: "`chmod -R`, `chown -R`, `chgrp -R`, `setfacl -R`, `chattr -R`, `chcon -R`",
    reason: "Nothing remembers the old owners and permissions.",
    forms: [
      { programs: "chmod chown chgrp gchmod gchown gchgrp setfacl chattr chcon", options: "-R --recursive" },
      { programs: "xattr", options: "-r -c" },
    ],
  },
  {
    name: "disk-overwrite",
    about: "`dd`, `mkfs`, `wipefs`, `fdisk`, `parted`, `diskutil`, `cryptsetup`, LVM, ZFS, Btrfs",
    reason: "Overwrites disks or volumes.",
    forms: [
      {
        programs:
          "dd gdd dcfldd mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.fat mkfs.vfat mkfs.ntfs mkfs.exfat mkfs.f2fs mkfs.minix mkfs.bfs mkfs.cramfs mkfs.jfs mkfs.reiserfs mkfs.udf mkfs.msdos mkfs.nilfs2 mkdosfs mkntfs mke2fs mkswap newfs newfs_hfs newfs_apfs newfs_msdos newfs_exfat wipefs blkdiscard cfdisk badblocks flashrom",
      },
      { programs: "fdisk sfdisk gdisk parted", unless: listsOnly },
      { programs: "sgdisk" },
      { programs: "hdparm", options: "--security-erase* --trim-sector* --write-sector*" },
      { programs: "nvme", command: "format, sanitize, write-zeroes, delete-ns" },
      {
        programs: "diskutil",
        command:
          "erase*, partition*, zero*, random*, secureerase, reformat, apfs delete*|erase*, cs delete*, resetfusion",
      },
      {
        programs: "cryptsetup",
        command: "luksformat, lukserase, erase, reencrypt, luksremovekey, lukskillslot",
      },
      { programs: "pvremove vgremove lvremove lvreduce vgreduce pvcreate" },
      { programs: "mdadm", options: "--zero-superblock --stop --remove --create" },
      { programs: "zpool", command: "destroy, create, labelclear, offline, remove, detach" },
      { programs: "zfs", command: "destroy, rollback" },
      { programs: "btrfs", command: "subvolume|su|sub delete, device|dev remove|delete" },
      { programs: "dmsetup", command: "remove*, wipe_table, clear" },
      { programs: "fastboot", command: "erase, flash, flashall, format*, oem, flashing, wipe*, update" },
    ],
  },

  // The machine
  {
    name: "other-user",
    about: "`sudo`, `doas`, `su`, `pkexec`, `run0`, `runuser`",
    reason: "Runs with the rights of another user, often with all rights.",
    forms: [{ programs: "sudo sudoedit doas su pkexec run0 runuser" }],
  },
  {
    name: "machine-shutdown",
    about: "`shutdown`, `reboot`, `poweroff`, `halt`, `init 0`, `systemctl poweroff`",
    reason: "Stops the machine, and OpenCode with it.",
    forms: [
      { programs: "shutdown poweroff halt reboot telinit kexec" },
      { programs: "init", operands: "0 1 6 s" },
      {
        programs: "systemctl",
        command:
          "poweroff, reboot, halt, kexec, soft-reboot, suspend*, hibernate, hybrid-sleep, rescue, emergency, exit, isolate, default, switch-root, start reboot.target|poweroff.target|halt.target|shutdown.target|kexec.target|rescue.target|emergency.target|suspend.target|hibernate.target",
      },
      { programs: "loginctl", command: "poweroff, reboot, suspend, hibernate, terminate-*, kill-*" },
      { programs: "wsl wsl.exe", options: "--shutdown --unregister --terminate" },
      { programs: "adb", command: "reboot, uninstall" },
    ],
  },
  {
    name: "stop-service",
    about: "`systemctl stop`, `disable`, `mask`, `kill`, `service x stop`, `launchctl unload`, `pm2 delete`",
    reason: "Stops a service that others may need, or keeps it from starting again. `restart` does not ask.",
    forms: [
      { programs: "systemctl", command: "stop, disable, mask, kill, freeze, revert" },
      { programs: "service rc-service invoke-rc.d", command: "* stop, * force-stop, stop" },
      { programs: "rc-update update-rc.d chkconfig", operands: "del delete remove disable off" },
      { programs: "launchctl", command: "unload, bootout, remove, disable, stop, kill, reboot" },
      { programs: "brew", command: "services stop|kill" },
      { programs: "supervisorctl", command: "stop, shutdown, remove" },
      { programs: "monit", command: "stop, unmonitor, quit" },
      { programs: "sv", command: "stop, down, exit, force-stop, force-shutdown, kill" },
      { programs: "pm2", command: "delete, del, kill, stop all" },
      { programs: "nginx", options: "-s" },
      { programs: "apachectl apache2ctl httpd", operands: "stop graceful-stop" },
      { programs: "pg_ctl pg_ctlcluster", operands: "stop" },
      { programs: "pg_dropcluster" },
    ],
  },
  {
    name: "kill-by-name",
    about: "`killall`, `pkill`, `kill -9 -1`, `tmux kill-server`",
    reason:
      "Ends every program with that name, also one that somebody else uses. `kill` with a number does not ask.",
    forms: [
      { programs: "killall killall5 pkill skill xkill" },
      { programs: "kill", test: endsEverything },
      { programs: "fuser", options: "-k --kill" },
      { programs: "tmux", command: "kill-s*" },
      { programs: "screen", operands: "quit kill" },
    ],
  },
  {
    name: "scheduled-jobs",
    about: "`crontab`, not with `-l`, `atrm`",
    reason: "Replaces or removes all jobs at once, without a copy.",
    forms: [{ programs: "crontab", unless: listsOnly }, { programs: "atrm" }],
  },
  {
    name: "user-accounts",
    about: "`userdel`, `groupdel`, `deluser`, `usermod`, `passwd`",
    reason: "Locks people out, or removes what belongs to them.",
    forms: [
      { programs: "userdel groupdel deluser delgroup usermod chpasswd visudo vipw" },
      { programs: "passwd", options: "-l -d -e --lock --delete --expire" },
      { programs: "sysadminctl", options: "-deleteuser" },
      { programs: "dscl", operands: "-delete" },
    ],
  },
  {
    name: "network-cut",
    about: "`iptables -F`, `nft flush`, `ufw disable`, `ip link delete`, `ifconfig x down`",
    reason: "Cuts the machine off, or opens it to everybody.",
    forms: [
      {
        programs: "iptables ip6tables iptables-legacy iptables-nft ebtables arptables",
        options: "-F -X -Z -P -D -j=DROP -j=REJECT --flush --delete-chain --policy --delete",
      },
      { programs: "iptables-restore ip6tables-restore" },
      { programs: "nft", command: "flush, delete, destroy, reset" },
      { programs: "ufw", command: "disable, reset, delete, deny, enable" },
      { programs: "pfctl", options: "-F -d" },
      { programs: "firewall-cmd", options: "--panic-on --remove*" },
      { programs: "ip", command: "l* d*, a* d*|f*, r* d*|f*, netns d*, l* set * down, l* set dev * down" },
      { programs: "ifconfig", operands: "down" },
      { programs: "ifdown" },
      { programs: "tc", command: "* d*" },
      { programs: "nmcli", command: "c* down|d*, d* disconnect|delete, n* off, r* * off" },
    ],
  },
  {
    name: "disk-unmount",
    about: "`umount`, `swapoff`",
    reason: "Takes away a disk or memory that programs are using.",
    forms: [{ programs: "umount fusermount fusermount3 swapoff" }],
  },
  {
    name: "system-packages",
    about: "`apt remove`, `dnf remove`, `pacman -R`, `dpkg --purge`, `snap remove`",
    reason: "Programs that need them stop working, and `purge` removes their settings.",
    forms: [
      { programs: "apt apt-get aptitude", command: "remove, purge, autoremove, autopurge" },
      { programs: "dnf yum microdnf tdnf zypper", command: "remove, erase, autoremove, rm, swap" },
      { programs: "pacman yay paru", options: "-R --remove" },
      { programs: "dpkg", options: "-r -P --remove --purge" },
      { programs: "rpm", options: "-e --erase" },
      { programs: "apk", command: "del" },
      { programs: "snap flatpak", command: "remove, uninstall" },
      {
        programs: "conda mamba micromamba",
        command: "env remove, remove",
        options: "-n --name -p --prefix --all",
      },
      { programs: "nix-collect-garbage", options: "-d --delete-old --delete-older-than" },
    ],
  },
  {
    name: "mac-settings",
    about: "`defaults delete`, `nvram -c`, `tccutil reset`",
    reason: "Nothing remembers the old settings.",
    forms: [
      { programs: "defaults", command: "delete, delete-all" },
      { programs: "nvram", options: "-c -d" },
      { programs: "tccutil csrutil spctl" },
    ],
  },
  {
    name: "log-delete",
    about: "`journalctl --vacuum-…`",
    reason: "Removes the record of what happened.",
    forms: [
      { programs: "journalctl", options: "--vacuum* --rotate" },
      { programs: "wevtutil", command: "cl, clear-log" },
    ],
  },
  {
    name: "key-delete",
    about: "`gpg --delete-keys`, `security delete-…`, `pass rm`",
    reason: "Without its key, what is locked stays locked.",
    forms: [
      { programs: "gpg gpg2", options: "--delete-key* --delete-secret* --delete-secret-and-public-key*" },
      { programs: "security", command: "delete-*" },
      { programs: "pass gopass", command: "rm, remove, delete" },
      { programs: "op bw", command: "... delete" },
      { programs: "secret-tool", command: "clear" },
      { programs: "ssh-add", options: "-D -d" },
    ],
  },

  // git
  {
    name: "git-push-force",
    about: "`git push --force`, `-f`, `--force-with-lease`, `--mirror`, `--prune`, `+branch`",
    reason: "Overwrites what others have pushed.",
    forms: [
      {
        programs: "git",
        command: "push",
        options: "-f --force* --mirror --prune",
        operands: "+*",
        unless: hasForSure(/^(-n|--dry-run)$/, /^(-[nfuvqd]+|--force|--tags|--all)$/),
      },
      { programs: "git", command: "subtree push, lfs push, send-pack", options: "-f --force --mirror" },
      { programs: "hg", command: "push", options: "-f --force" },
      { programs: "jj", command: "git push", options: "--deleted --delete*" },
    ],
  },
  {
    name: "git-push-delete",
    about: "`git push --delete`, `-d`, `:branch`",
    reason: "Deletes a branch or tag for everybody.",
    forms: [
      {
        programs: "git",
        command: "push",
        options: "-d --delete",
        operands: ":*",
        unless: hasForSure(/^(-n|--dry-run)$/, /^(-[nfuvqd]+|--delete|--tags|--all)$/),
      },
    ],
  },
  {
    name: "git-reset-hard",
    about: "`git reset --hard`, `--merge`, `--keep`",
    reason: "Throws away what is not committed.",
    forms: [
      { programs: "git", command: "reset", options: "--hard --merge --keep" },
      { programs: "git", command: "read-tree", options: "--reset -u" },
    ],
  },
  {
    name: "git-clean",
    about: "`git clean`, not with `-n`",
    reason: "Removes files that git does not know and cannot bring back.",
    forms: [
      {
        programs: "git",
        command: "clean",
        unless: hasForSure(/^(--dry-run|-[dfqxX]*n[dfqxX]*)$/, /^(-[dfqxX]+|--force|--quiet)$/),
      },
      { programs: "hg", command: "purge, clean" },
      { programs: "svn", command: "cleanup", options: "--remove-*" },
    ],
  },
  {
    name: "git-checkout-paths",
    about: "`git checkout -- x`, `git checkout .`, `git checkout -f`, `-B`",
    reason: "Overwrites changes that are not committed.",
    forms: [
      { programs: "git", command: "checkout", test: overwritesFiles },
      { programs: "git", command: "checkout-index", options: "-f --force" },
      { programs: "hg", command: "update|up|checkout|co", options: "-C --clean" },
      { programs: "hg", command: "revert" },
      { programs: "svn", command: "revert" },
      { programs: "p4", command: "revert, obliterate, clean, delete" },
    ],
  },
  {
    name: "git-restore",
    about: "`git restore`, not with `--staged` alone",
    reason: "Overwrites changes that are not committed.",
    forms: [{ programs: "git", command: "restore", test: restoresFiles }],
  },
  {
    name: "git-switch-force",
    about: "`git switch -f`, `--discard-changes`, `-C`",
    reason: "Throws away what is not committed, or moves a branch away from its commits.",
    forms: [
      { programs: "git", command: "switch", options: "-f --force -C --force-create --discard-changes" },
    ],
  },
  {
    name: "git-branch-force",
    about: "`git branch -D`, `-M`, `-C`, `-f`",
    reason: "Leaves commits without a name: git removes them some weeks later.",
    forms: [{ programs: "git", command: "branch", options: "-D -M -C -f --force" }],
  },
  {
    name: "git-tag-force",
    about: "`git tag -d`, `-f`",
    reason: "Nothing remembers what a tag pointed to.",
    forms: [{ programs: "git", command: "tag", options: "-d --delete -f --force" }],
  },
  {
    name: "git-stash-drop",
    about: "`git stash drop`, `clear`",
    reason: "No other name leads to what was in the stash.",
    forms: [{ programs: "git", command: "stash drop|clear" }],
  },
  {
    name: "git-rm-recursive",
    about: "`git rm -r`, not with `--cached`",
    reason: "Removes whole directories, with `-f` also what is not committed.",
    forms: [
      {
        programs: "git",
        command: "rm",
        options: "-r",
        unless: hasForSure(/^--cached$/, /^-[rfqn]+$|^--(force|quiet|ignore-unmatch)$/),
      },
    ],
  },
  {
    name: "git-history",
    about: "`git filter-branch`, `filter-repo`, `update-ref -d`, `reflog expire`, `gc --prune=now`, `prune`",
    reason: "Rewrites or removes history, or what could restore it.",
    forms: [
      { programs: "git", command: "filter-branch, filter-repo, prune, replace, reflog expire|delete|drop" },
      { programs: "git", command: "update-ref", options: "-d --stdin" },
      { programs: "git", command: "symbolic-ref", options: "-d --delete" },
      { programs: "git", command: "gc", options: "--prune*" },
      { programs: "git", command: "repack", options: "-a -d" },
      { programs: "git-filter-repo bfg" },
      { programs: "hg", command: "strip, rollback, histedit" },
      {
        programs: "git",
        command: "annex drop|dropunused|forget, lfs prune, lfs migrate, svn dcommit, p4 submit",
      },
    ],
  },
  {
    name: "git-remove-place",
    about: "`git worktree remove --force`, `submodule deinit -f`, `remote remove`",
    reason: "Removes a directory with what is not committed, or everything that git knows about a remote.",
    forms: [
      { programs: "git", command: "worktree remove, submodule deinit", options: "-f --force" },
      { programs: "git", command: "remote remove|rm" },
      { programs: "svn", command: "delete|del|remove|rm" },
    ],
  },

  // Publishing
  {
    name: "npm-publish",
    about:
      "`npm`, `pnpm`, `yarn`, `bun publish`, `unpublish`, `deprecate`, `dist-tag add`, `lerna publish`, …",
    reason: "What is published stays, and others install it.",
    forms: [
      {
        programs: "npm pnpm",
        command: "publish|publis|publi|publ|pub|pu, stage publish, recursive publish",
        unless: TRIAL,
      },
      {
        programs: "npm pnpm",
        command:
          "unpublish|unpublis|unpubli|unpubl|unpub|unpu|unp, deprecate|deprecat|depreca|deprec|depre|depr, undeprecate, dist-tag|dist-tags|disttag add|a|rm|r|set|s|del|d|remove, owner|author add|rm, access *, token revoke|rm|remove|create, team destroy|rm, org rm, hook rm",
      },
      {
        programs: "yarn yarnpkg",
        command: "publish, npm publish, tag add|remove, npm tag add|remove, owner add|remove",
      },
      {
        programs: "yarn yarnpkg",
        command:
          "workspace * publish, workspace * npm publish, workspaces foreach publish, workspaces foreach npm publish",
      },
      { programs: "bun", command: "publish" },
      { programs: "deno jsr", command: "publish" },
      { programs: "lerna changeset cli", command: "publish" },
      { programs: "nx", command: "release" },
      { programs: "semantic-release release-it np" },
      { programs: "vsce ovsx", command: "publish, unpublish" },
      { programs: "wasm-pack wasmer wapm", command: "publish, deploy" },
    ],
  },
  {
    name: "cargo-publish",
    about: "`cargo publish`, `yank`, `owner`",
    reason: "What is published stays.",
    forms: [
      { programs: "cargo", command: "publish", unless: hasForSure(/^(-n|--dry-run)$/, /^-/) },
      { programs: "cargo", command: "yank, owner, release, smart-release, workspaces publish, ws publish" },
    ],
  },
  {
    name: "python-publish",
    about: "`twine upload`, `poetry`, `uv`, `hatch`, `flit`, `pdm publish`, `setup.py upload`",
    reason: "What is published stays.",
    forms: [
      { programs: "twine", command: "upload" },
      { programs: "poetry uv hatch flit pdm rye maturin", command: "publish, upload" },
      {
        programs: PYTHON,
        command: "twine upload, poetry|flit|hatch|pdm|maturin|uv publish, *setup.py ... upload|register",
      },
      { programs: "anaconda", command: "upload, remove" },
    ],
  },
  {
    name: "ruby-publish",
    about: "`gem push`, `yank`, `owner`, `rake release`",
    reason: "What is published stays.",
    forms: [
      { programs: "gem", command: "p|pu|pus|push, y|ya|yan|yank, owner" },
      { programs: "rake", command: "... release" },
      { programs: "pod", command: "trunk push|delete|deprecate|remove-owner" },
    ],
  },
  {
    name: "jvm-publish",
    about: "`mvn deploy`, `release:perform`, `gradle publish`, `sbt publish`, `lein deploy`",
    reason: "What is published stays.",
    forms: [
      {
        programs: "mvn mvnw mvnd",
        command: "... deploy|deploy:*|release:perform|release:prepare|*:deploy|*:publish",
      },
      {
        programs: "gradle gradlew",
        command:
          "... publish|publishall*|publishto*central*|publishto*sonatype*|publish*repository|publishplugins|upload*|release|*:publish|*:publishto*central*|*:publish*repository|*:uploadarchives|*upload|*:release|closeandrelease*",
      },
      {
        programs: "sbt",
        command:
          "... publish|publishsigned|+publish|+publishsigned|sonatyperelease|*/publish|*/publishsigned|release|ci-release",
      },
      { programs: "lein", command: "deploy, release" },
    ],
  },
  {
    name: "other-publish",
    about: "`dotnet nuget push`, `dart pub publish`, `mix hex.publish`, `conan upload`, `goreleaser`, …",
    reason: "What is published stays.",
    forms: [
      { programs: "nuget", command: "push, delete" },
      { programs: "dotnet", command: "nuget push|delete" },
      { programs: "paket", command: "push" },
      { programs: "dart flutter", command: "pub publish|lish" },
      { programs: "pub", command: "publish, lish" },
      { programs: "mix", command: "hex.publish, hex.retire, hex.owner" },
      { programs: "rebar3", command: "hex publish|retire" },
      { programs: "cabal stack luarocks", command: "upload" },
      { programs: "opam", command: "publish" },
      { programs: "conan", command: "upload, remove" },
      { programs: "swift", command: "package-registry publish" },
      { programs: "goreleaser", command: "release, publish, continue" },
      { programs: "snapcraft charmcraft", command: "upload, push, release, close" },
      { programs: "ansible-galaxy", command: "publish, collection publish, role delete|import" },
      { programs: "quarto mkdocs mike", command: "publish, gh-deploy, deploy, delete" },
      { programs: "gh-pages surge dput" },
      { programs: "clasp", command: "push, deploy, undeploy" },
      { programs: "eas eas-cli expo", command: "submit, publish, update, upload, channel:delete" },
      {
        programs: "fastlane",
        command: "... deliver|supply|release|beta|deploy|pilot|upload_to_app_store|upload_to_testflight",
      },
      { programs: "hf huggingface-cli", command: "upload*, delete-cache, repo delete, repo-files delete" },
    ],
  },
  {
    name: "image-push",
    about: "`docker push`, `docker build --push`, `docker compose push`, `helm push`, `skopeo copy`",
    reason: "Publishes, and replaces what others pull by that name.",
    forms: [
      {
        programs: "docker podman nerdctl buildah",
        command: "push, image push, manifest push, compose push, plugin push, buildx imagetools create",
      },
      {
        programs: "docker podman nerdctl buildah",
        command: "build, buildx build|bake, image build, builder build, compose build",
        options: "--push",
        test: pushesImage,
      },
      { programs: "docker-compose podman-compose", command: "push" },
      { programs: "skopeo", command: "copy, delete, sync" },
      {
        programs: "crane regctl oras ko",
        command: "push, copy, cp, delete, publish, build, apply, tag, image copy|delete, tag delete",
      },
      { programs: "helm", command: "push, cm-push" },
    ],
  },
  {
    name: "gh-publish",
    about: "`gh release create`, `gh repo edit`, `gh gist create`, `gh secret set`",
    reason: "Others see it at once, or workflows run with it.",
    forms: [
      {
        programs: "gh",
        command:
          "release create|edit|upload, repo edit|rename|archive|sync, gist create|edit, secret set, variable set, ssh-key add, gpg-key add",
      },
      { programs: "gh", command: "repo create", options: "--public --internal --push" },
      {
        programs: "glab",
        command: "release create|upload, repo transfer|archive, snippet create, variable set",
      },
    ],
  },
  {
    name: "gh-delete",
    about: "`gh … delete`, `gh api -X DELETE`, `glab … delete`",
    reason: "Deletes on the server, for everybody.",
    forms: [
      {
        programs: "gh",
        // No other subcommands are so deep: what stands behind `pr create` is a text.
        command:
          "* delete|remove|delete-*|item-delete|field-delete|rm, repo|codespace|project * delete|remove",
      },
      { programs: "gh glab", command: "api", test: deletesOverHTTP },
      { programs: "gh glab", command: "api", test: deletesByGraphQL },
      { programs: "gh", command: "workflow disable, issue transfer" },
      { programs: "gh", command: "pr close", options: "-d --delete-branch" },
      { programs: "glab", command: "* delete|remove|purge, * * delete" },
    ],
  },

  // Infrastructure
  {
    name: "terraform-apply",
    about: "`terraform apply`, `destroy`, `import`, `state rm`, `workspace delete`; `tofu`, `terragrunt`",
    reason: "Changes or removes real infrastructure, or the record of it.",
    forms: [
      {
        programs: "terraform tofu terragrunt",
        command:
          "apply, destroy, import, taint, untaint, force-unlock, refresh, state rm|mv|push|replace-provider, workspace delete",
      },
      {
        programs: "terragrunt",
        command: "run-all|apply-all|destroy-all, run|run-all|stack ... apply|destroy|state|import|taint",
      },
      { programs: "cdktf", command: "deploy, apply, destroy" },
    ],
  },
  {
    name: "pulumi-up",
    about:
      "`pulumi up`, `destroy`, `stack rm`, `state delete`; `cdk`, `serverless`, `sam`, `sst deploy`, `remove`",
    reason: "Changes or removes real infrastructure.",
    forms: [
      {
        programs: "pulumi",
        command:
          "up, update, destroy, dn, down, cancel, refresh, import, stack rm|remove, state delete|edit|move|rename|unprotect|repair",
      },
      { programs: "cdk aws-cdk", command: "deploy, destroy, import, rollback, gc, bootstrap, watch" },
      { programs: "serverless sls", command: "deploy, remove, rollback" },
      { programs: "sam", command: "deploy, delete, sync" },
      { programs: "sst", command: "deploy, remove, refresh, unlock" },
      { programs: "amplify", command: "push, publish, delete, remove" },
      { programs: "copilot", command: "deploy, ... delete|deploy" },
      { programs: "eb", command: "deploy, terminate, abort, swap, restore" },
      {
        programs: "ansible-playbook",
        unless: hasForSure(
          /^(-C|--check|--syntax-check|--list-(hosts|tasks|tags))$/,
          /^-[vbKk]+$|^--(become|diff)$/,
        ),
      },
      { programs: "salt salt-ssh", command: "* state.*, * cmd.run" },
      { programs: "knife", command: "... delete" },
      {
        programs: "nomad",
        command: "job stop|run|revert, stop, run, system gc, namespace delete, volume delete|deregister",
      },
    ],
  },
  {
    name: "kubectl-delete",
    about:
      "`kubectl delete`, `drain`, `cordon`, `replace --force`, `scale --replicas=0`, `rollout undo`, `config delete-…`",
    reason: "Stops or removes what runs in a cluster.",
    forms: [
      {
        programs: "kubectl oc k kubecolor",
        command:
          "delete, drain, cordon, taint, rollout undo|pause, config delete-*|unset, adm drain|cordon|prune|taint",
        unless: hasForSure(/^--dry-run=(client|server)$/, /^(--force|--all|--wait|-R)$/),
      },
      { programs: "kubectl oc k kubecolor", command: "replace", options: "--force" },
      { programs: "kubectl oc k kubecolor", command: "scale", options: "--replicas=0" },
      { programs: "kubeadm", command: "reset" },
      { programs: "kops eksctl rancher velero", command: "... delete" },
      {
        programs: "argocd flux istioctl linkerd cilium",
        command: "... delete|uninstall|purge|suspend|rollback|terminate-op",
      },
      { programs: "crictl ctr", command: "rm, rmi, rmp, stop, stopp, ... rm|remove|delete" },
    ],
  },
  {
    name: "kubectl-apply",
    about: "`kubectl apply`, `replace`, `patch`, `edit`, `set`; not with `--dry-run=client`",
    reason: "Deploys: replaces what runs in a cluster.",
    forms: [
      {
        programs: "kubectl oc k kubecolor",
        command: "apply, replace, patch, edit, set",
        unless: hasForSure(/^--dry-run=(client|server)$/, /^(--force|--wait|--recursive|-R)$/),
      },
      { programs: "skaffold", command: "run, deploy, delete, apply" },
      { programs: "tilt", command: "down" },
      { programs: "devspace okteto garden", command: "deploy, purge, destroy, delete" },
      { programs: "argocd", command: "app sync|set|patch" },
    ],
  },
  {
    name: "helm-upgrade",
    about: "`helm install`, `upgrade`, `rollback`, `uninstall`; `helmfile`",
    reason: "Deploys, or removes what was deployed.",
    forms: [
      {
        programs: "helm",
        command: "install, upgrade, rollback, uninstall, delete, del, un",
        unless: hasForSure(
          /^--dry-run(=(client|server))?$/,
          /^(--install|-i|--atomic|--wait|--debug|--force)$/,
        ),
      },
      { programs: "helmfile", command: "apply, sync, destroy, delete" },
    ],
  },
  {
    name: "docker-prune",
    about: "`docker … prune`, `podman system reset`",
    reason: "Removes everything that is not in use at the moment.",
    forms: [
      {
        programs: "docker podman nerdctl",
        command:
          "system|volume|image|container|builder|buildx|network|pod|secret|artifact prune, system reset, machine reset",
      },
      { programs: "buildah", command: "prune, rm, rmi" },
    ],
  },
  {
    name: "docker-remove",
    about:
      "`docker volume rm`, `docker compose down -v`, `docker rm -f`, `docker rmi -f`, `docker stack rm`, `docker stop $(…)`",
    reason:
      "Removes data that is in no image. To remove a stopped container without `-v` or `-f` does not ask.",
    forms: [
      {
        programs: "docker podman nerdctl",
        command:
          "volume rm|remove, stack rm|remove|down, service rm|remove, secret rm|remove, config rm|remove, node rm|remove, swarm leave, pod rm, machine rm, checkpoint rm, context rm|remove",
      },
      {
        programs: "docker podman nerdctl",
        command: "rm, container rm|remove",
        options: "-f --force -v --volumes -a --all",
      },
      { programs: "docker podman nerdctl", command: "rmi, image rm|remove", options: "-f --force -a --all" },
      { programs: "docker podman nerdctl", command: "compose down", options: "-v --volumes --rmi" },
      { programs: "docker podman nerdctl", command: "stop, kill, container stop|kill", test: namesMany },
      { programs: "docker", command: "service scale", operands: "*=0" },
      { programs: "docker podman nerdctl", command: "compose rm", options: "-f --force -v -s --stop" },
      { programs: "docker-compose podman-compose", command: "down", options: "-v --volumes --rmi" },
      { programs: "docker-compose podman-compose", command: "rm", options: "-f --force -v -s --stop" },
    ],
  },
  {
    name: "machine-delete",
    about: "`vagrant destroy`, `minikube delete`, `kind delete`, `virsh undefine`, `multipass delete`, …",
    reason: "Removes a virtual machine with everything on it.",
    forms: [
      { programs: "vagrant", command: "destroy, box remove, snapshot delete" },
      { programs: "minikube colima limactl kind k3d tart", command: "delete, cluster delete" },
      { programs: "multipass", command: "delete, purge" },
      { programs: "docker-machine", command: "rm, kill" },
      {
        programs: "virsh",
        command: "destroy, undefine, shutdown, reset, vol-delete, vol-wipe, pool-delete, snapshot-delete",
      },
      { programs: "vboxmanage", command: "unregistervm, closemedium, controlvm" },
      { programs: "lxc incus", command: "delete, ... delete" },
      { programs: "lxc-destroy" },
      { programs: "qm pct", command: "destroy, stop, shutdown" },
      { programs: "orb orbctl", command: "delete, reset" },
      { programs: "xcrun", command: "simctl erase|delete" },
    ],
  },
  {
    name: "aws-delete",
    about: "`aws … delete-…`, `terminate-…`, `stop-…`, `aws s3 rm`, `rb`, `mv`, `sync --delete`, `deploy`",
    reason: "Stops or deletes something in an account.",
    forms: [
      {
        programs: "aws awslocal",
        command:
          "* delete-*|terminate-*|stop-*|remove-*|deregister-*|purge-*|batch-delete-*|schedule-key-deletion|disable-*|revoke-*|cancel-*|release-*|detach-*|reset-*|reboot-*|admin-delete-*|deploy|update-function-code|delete|publish-*",
      },
      {
        programs: "aws awslocal",
        command:
          "cloudformation create-stack|update-stack|execute-change-set, deploy create-deployment, amplify start-deployment, route53 change-resource-record-sets, s3api put-bucket-*|put-object-acl|put-public-access-block",
      },
      { programs: "aws awslocal", command: "s3 rm|rb|mv" },
      { programs: "aws awslocal", command: "s3 sync", options: "--delete" },
      { programs: "aws awslocal", command: "ecs update-service", options: "--desired-count=0" },
      { programs: "aws awslocal", command: "autoscaling *", options: "--desired-capacity=0 --max-size=0" },
    ],
  },
  {
    name: "cloud-delete",
    about:
      "`gcloud … delete`, `az … delete`, `gsutil rm`, `doctl … delete`, `heroku x:destroy`, `fly … destroy`, …",
    reason: "Stops or deletes something in an account.",
    forms: [
      {
        programs: "gcloud",
        command:
          "... delete|remove|destroy|purge|reset|stop|suspend|disable|rm|delete-*|remove-*|restore-backup|failover",
      },
      {
        programs: "az",
        command:
          "... delete|purge|remove|stop|deallocate|restart|redeploy|reimage|disable|delete-*|flush*|regenerate*",
      },
      {
        programs:
          "doctl hcloud scw oci ibmcloud openstack linode-cli exo civo vultr-cli upctl neonctl neon pscale turso supabase infisical",
        command:
          "... delete|destroy|remove|rm|delete-*|terminate|poweroff|power-off|shutdown|stop|reset|rebuild",
      },
      { programs: "gsutil", command: "rm, rb, mv" },
      { programs: "gsutil", command: "rsync", options: "-d" },
      { programs: "bq", command: "rm" },
      { programs: "mc mcli", command: "rm, rb, mv, ... remove|rm" },
      { programs: "mc mcli", command: "mirror", options: "--remove" },
      { programs: "s3cmd s5cmd", command: "del, rm, rb, mv" },
      { programs: "s3cmd s5cmd", command: "sync", options: "--delete*" },
      { programs: "azcopy", command: "remove, rm" },
      { programs: "azcopy", command: "sync", options: "--delete-destination" },
      { programs: "b2", command: "rm, delete*, *-delete*, sync" },
      { programs: "fly flyctl", command: "... destroy|delete|remove|rm|stop|suspend|kill|unset" },
      { programs: "fly flyctl", command: "secrets set|import" },
      { programs: "fly flyctl", command: "scale count", operands: "0 *=0" },
      { programs: "stripe", command: "* delete|cancel, refunds create" },
      { programs: "sentry-cli", command: "... delete" },
      {
        programs: "heroku",
        command:
          "destroy, *:destroy|*:reset|*:remove|*:unset|*:delete|*:stop|*:detach|*:clear|*:kill|*:revoke|*:rollback|*:promote|*:release|maintenance:on|ps:scale|pg:copy|pg:restore|pg:push|git:*",
      },
      { programs: "dokku", command: "*:destroy|*:remove|*:unset|*:clear|ps:stop|cleanup" },
      { programs: "netlify ntl", command: "sites:delete, *:delete|*:unset, unlink" },
      { programs: "firebase", command: "*:delete|*:disable|*:remove|*:unset|*:destroy" },
      {
        programs: "wrangler",
        command: "delete, ... delete|remove|rm|purge, *:*delete, rollback, secret put",
      },
      { programs: "vercel now", command: "rm, remove, ... rm|remove" },
      { programs: "railway", command: "down, delete, ... delete|remove" },
      { programs: "hdfs hadoop", options: "-rm -rmr -rmdir -expunge" },
      { programs: "aws-nuke cloud-nuke" },
      { programs: "cf", command: "delete*, stop, unbind*, unmap*" },
    ],
  },
  {
    name: "app-deploy",
    about:
      "`vercel`, `netlify`, `firebase`, `wrangler`, `fly`, `railway`, `gcloud … deploy`, `kamal`, `cap`, …",
    reason: "Publishes: others see it at once.",
    forms: [
      { programs: "vercel now", test: deploysUnlessTold },
      {
        programs: "netlify netlify-cli ntl firebase firebase-tools fly flyctl deployctl",
        command: "deploy, launch",
      },
      {
        programs: "wrangler",
        command: "deploy, publish, pages deploy|publish, versions deploy, triggers deploy",
      },
      { programs: "railway", command: "up, redeploy" },
      { programs: "gcloud", command: "... deploy|promote|set-traffic|update-traffic" },
      { programs: "az", command: "... deploy|up|config-zip, deployment ... create" },
      { programs: "supabase", command: "db push|reset, functions deploy, config push, link" },
      {
        programs: "convex amplify appwrite cf modal spin render encore",
        command: "deploy, push, publish, deploys create",
      },
      { programs: "kamal", command: "deploy, redeploy, setup, remove, rollback, ... remove|stop|reboot" },
      { programs: "cap", command: "* deploy, * deploy:*, deploy" },
      { programs: "dep mina", command: "deploy, rollback" },
      { programs: "git", command: "push", operands: "heroku dokku piku clever" },
      { programs: "docker", command: "stack deploy|up, service update|rollback" },
    ],
  },
  {
    name: "open-to-internet",
    about: "`ngrok`, `cloudflared tunnel`, `localtunnel`, `tailscale funnel`",
    reason: "Publishes what listens on this machine.",
    forms: [
      { programs: "ngrok lt localtunnel bore zrok devtunnel" },
      { programs: "cloudflared", command: "tunnel, access" },
      { programs: "tailscale", command: "funnel, serve, down, logout" },
      { programs: "gh", command: "codespace|cs ports visibility" },
    ],
  },
  {
    name: "mail-send",
    about: "`mail`, `sendmail`, `git send-email`",
    reason: "A sent message cannot be taken back.",
    forms: [
      { programs: "mail mailx s-nail mutt neomutt sendmail msmtp swaks" },
      { programs: "git", command: "send-email" },
      { programs: "aws", command: "sns publish|publish-batch, ses|sesv2|pinpoint send-*" },
    ],
  },
  {
    name: "backup-delete",
    about: "`restic forget`, `borg delete`, `duplicity remove-…`, `tmutil delete`",
    reason: "Removes what could restore lost data.",
    forms: [
      { programs: "restic rustic", command: "forget, prune, key remove, unlock" },
      { programs: "borg", command: "delete, prune, compact, recreate" },
      { programs: "duplicity", command: "remove-*, cleanup" },
      { programs: "kopia", command: "... delete|expire" },
      { programs: "tmutil", command: "delete*, disable, thinlocalsnapshots" },
    ],
  },

  // Databases
  {
    name: "database-drop",
    about:
      "`dropdb`, `mysqladmin drop`, `redis-cli flushall`, `etcdctl del`, `vault … delete`, `kafka-topics --delete`",
    reason: "Deletes a whole database, or much of one.",
    forms: [
      { programs: "dropdb dropuser" },
      { programs: "mysqladmin mariadb-admin", command: "... drop|shutdown|flush-*|kill" },
      {
        programs: "redis-cli valkey-cli keydb-cli",
        command: "... flushall|flushdb|shutdown|swapdb|replicaof|slaveof",
      },
      { programs: "redis-cli valkey-cli keydb-cli", test: flushes },
      { programs: "etcdctl", command: "del, ... remove|delete|disable" },
      { programs: "consul", command: "kv delete, leave, force-leave, services deregister" },
      {
        programs: "vault bao",
        command:
          "delete, destroy, kv delete|destroy|metadata, secrets|auth|audit disable, lease revoke, token revoke, operator seal|rekey, policy delete",
      },
      {
        programs: "kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh",
        options: "--delete --delete-offsets --reset-offsets",
      },
      { programs: "rabbitmqctl", command: "reset, force_reset, stop*, shutdown, delete_*, purge_*, clear_*" },
      { programs: "rabbitmqadmin", command: "delete, purge" },
      { programs: "nats", command: "... rm|purge|del" },
      { programs: "influx", command: "delete, ... delete" },
      {
        programs: "nodetool",
        command: "decommission, removenode, assassinate, clearsnapshot, stopdaemon, drain",
      },
      { programs: "mongorestore", options: "--drop" },
      { programs: "pg_restore", options: "-c --clean" },
    ],
  },
  {
    name: "database-query",
    about:
      "`DROP`, `TRUNCATE`, `DELETE FROM` in `psql -c`, `mysql -e`, `sqlite3`; `dropDatabase()` in `mongosh --eval`",
    reason:
      "Deletes data. A query in a file, or one that a program other than `echo` or `cat` prints, is not seen.",
    forms: [
      { programs: "psql pgcli cockroach", test: removesData("-c", "--command", "-e", "--execute") },
      { programs: "mysql mariadb mycli", test: removesData("-e", "--execute") },
      { programs: "sqlite3 duckdb litecli sqlite-utils", test: removesData("-cmd", "-c") },
      { programs: "sqlite3 duckdb", test: mayQuery },
      { programs: "mongosh mongo", test: removesData("--eval", "-eval") },
      {
        programs:
          "clickhouse-client clickhouse cqlsh sqlcmd snowsql bq usql trino presto influx turso wrangler heroku",
        test: removesData("-q", "--query", "-Q", "-e", "--execute", "-c", "--command"),
      },
      {
        programs: "aws awslocal",
        command: "rds-data|redshift-data *, athena start-query-execution, dynamodb *execute-*",
        test: removesData("--sql", "--query-string", "--statement"),
      },
      { programs: "gcloud", command: "spanner databases execute-sql", test: removesData("--sql") },
      { programs: "snow", test: removesData("-q", "--query") },
      { programs: "rails", command: "runner|r|console|c", test: deletesRecords },
      {
        programs: PYTHON + " manage.py django-admin",
        command: "*manage.py shell|shell_plus, shell|shell_plus",
        test: deletesRecords,
      },
    ],
  },
  {
    name: "database-reset",
    about:
      "`rails db:drop`, `migrate:fresh`, `manage.py flush`, `prisma migrate reset`, `alembic downgrade`, …",
    reason: "Deletes what is in the database, and leaves an empty or an older one.",
    forms: [
      {
        programs: "rails rake",
        command:
          "... db:drop|db:drop:*|db:reset|db:reset:*|db:purge|db:purge:*|db:schema:load|db:schema:load:*|db:structure:load|db:truncate_all|db:migrate:reset|db:seed:replant|db:rollback|db:migrate:down|db:setup|db:mongoid:*",
      },
      {
        programs: "php artisan sail",
        command:
          "... migrate:fresh|migrate:refresh|migrate:reset|migrate:rollback|db:wipe|doctrine:database:drop|doctrine:schema:drop|doctrine:fixtures:load",
      },
      { programs: "console", command: "doctrine:database:drop|doctrine:schema:drop|doctrine:fixtures:load" },
      {
        programs: PYTHON + " manage.py django-admin",
        command:
          "flush, reset_db, migrate * zero, *manage.py flush|reset_db|clear_cache, *manage.py migrate * zero",
      },
      { programs: "flask", command: "db downgrade" },
      { programs: "airflow", command: "db reset|clean|downgrade, ... delete" },
      { programs: "celery", command: "... purge" },
      { programs: "dbt", options: "--full-refresh" },
      { programs: "alembic", command: "downgrade" },
      { programs: "prisma", command: "migrate reset" },
      { programs: "prisma", command: "db push", options: "--force-reset --accept-data-loss" },
      { programs: "drizzle-kit", command: "drop" },
      { programs: "drizzle-kit", command: "push", options: "--force" },
      { programs: "sequelize sequelize-cli", command: "db:drop, db:migrate:undo*" },
      { programs: "typeorm", command: "schema:drop, migration:revert" },
      { programs: "knex", command: "migrate:rollback, migrate:down" },
      {
        programs: "mikro-orm",
        command: "schema:drop|schema:fresh|migration:fresh|migration:down|database:*",
      },
      { programs: "mix", command: "ecto.drop, ecto.reset, ecto.rollback" },
      { programs: "diesel", command: "database reset|drop, migration redo|revert" },
      { programs: "sqlx", command: "database|db drop|reset, migrate revert" },
      { programs: "sea-orm-cli", command: "migrate fresh|refresh|reset|down" },
      { programs: "dotnet", command: "ef database drop" },
      { programs: "goose dbmate migrate", command: "... reset|down-to|down|drop|rollback|redo" },
      { programs: "flyway", command: "... clean|undo" },
      { programs: "liquibase", command: "drop-all, dropall, rollback*" },
      { programs: "atlas", command: "schema clean|apply, migrate down" },
      {
        programs: "wp",
        command: "db drop|reset|clean, site empty|delete, plugin delete|uninstall, ... delete",
      },
      { programs: "drush", command: "sql-drop, sql:drop, sqldrop, site-install, site:install, si" },
    ],
  },
  {
    name: "http-delete",
    about: "`curl -X DELETE`, `http DELETE`, `wget --method=DELETE`; not to `localhost`",
    reason: "Asks a server to delete.",
    forms: [
      { programs: "curl wget", test: deletesOverHTTP },
      { programs: "http https xh xhs", operands: "delete" },
    ],
  },

  // Code
  {
    name: "interpreter-code",
    about:
      "code for Python, Node.js, Perl or Ruby on the card that starts programs, removes, or hides what it does",
    reason:
      "Also if it names files that decide what runs. Other code does not ask again, because the card shows all of it.",
    forms: [
      { programs: CODE_READERS.python, test: runsRiskyCode("python") },
      { programs: CODE_READERS.javascript, test: runsRiskyCode("javascript") },
      { programs: CODE_READERS.perl, test: runsRiskyCode("perl") },
      { programs: CODE_READERS.ruby, test: runsRiskyCode("ruby") },
    ],
  },

  // Files that decide what runs
  {
    name: "opencode-config",
    about: "`opencode.json`, `.opencode/`, `~/.config/opencode/`, this package's own files",
    reason: "They say what OpenCode asks about, and what it runs. So do plugins there.",
    files: [
      "edit:opencode.json*",
      "edit:*/opencode.json*",
      "edit:.opencode",
      "edit:.opencode/*",
      "edit:*/.opencode",
      "edit:*/.opencode/*",
      "edit:*.config/opencode*",
      "edit:~/.local/state/opencode-slack-gateway*",
    ],
  },
  {
    name: "git-config",
    about: "`.git/config`, `.git/hooks/`, `~/.gitconfig`",
    reason:
      "They name programs that git runs, even for `git status`. They are in no commit, so nobody reviews them.",
    files: [
      "edit:.git/config*",
      "edit:*/.git/config*",
      "edit:.git/hooks*",
      "edit:*/.git/hooks*",
      "edit:.git/modules/*",
      "edit:*/.git/modules/*",
      "edit:.git/info/attributes",
      "edit:*/.gitconfig",
      "edit:~/.config/git/*",
    ],
  },
  {
    name: "shell-profile",
    about:
      "`~/.bashrc`, `~/.profile`, `~/.zshrc` and their like, `~/.config/autostart/`, cron, launch agents",
    reason: "They run with every new shell or login, and see the tokens that are set there.",
    files: [
      "edit:*/.bashrc",
      "edit:*/.bash_profile",
      "edit:*/.bash_login",
      "edit:*/.bash_aliases",
      "edit:*/.bash_logout",
      "edit:*/.profile",
      "edit:*/.zshrc",
      "edit:*/.zshenv",
      "edit:*/.zprofile",
      "edit:*/.zlogin",
      "edit:~/.config/fish/*",
      "edit:~/.config/autostart/*",
      "edit:~/.config/systemd/*",
      "edit:~/Library/LaunchAgents/*",
      "edit:/etc/profile*",
      "edit:/etc/bash*",
      "edit:/etc/zsh*",
      "edit:/etc/cron*",
      "edit:/var/spool/cron*",
      "edit:/etc/systemd/*",
      "edit:/etc/init.d/*",
      "edit:/etc/ld.so*",
    ],
  },
  {
    name: "credential-files",
    about:
      "`~/.ssh/`, `~/.gnupg/`, `~/.aws/`, `~/.kube/`, `~/.docker/`, `~/.netrc`, `/etc/sudoers`, `/etc/passwd`",
    reason: "They decide who can log in, and can name programs to run.",
    files: [
      "edit:~/.ssh*",
      "edit:~/.gnupg/*",
      "edit:~/.aws/*",
      "edit:~/.kube/*",
      "edit:~/.docker/*",
      "edit:~/.netrc",
      "edit:~/.npmrc",
      "edit:~/.pypirc",
      "edit:/etc/sudoers*",
      "edit:/etc/passwd*",
      "edit:/etc/shadow*",
      "edit:/etc/ssh/*",
      "edit:/etc/pam.d/*",
    ],
  },
  {
    name: "device-files",
    about: "`/dev/sda` and other disks as files",
    reason: "Writing there overwrites the disk.",
    files: "sd hd vd xvd nvme mmcblk disk rdisk mapper/ md dm- loop"
      .split(" ")
      .map((device) => `edit:/dev/${device}*`),
  },
  {
    name: "editor-tasks",
    about: "`.vscode/tasks.json`",
    reason: "An editor can run them when somebody opens the folder.",
    files: ["edit:.vscode/tasks.json", "edit:*/.vscode/tasks.json"],
  },
];

/** The rules of one row. */
function rulesOf({ name, forms = [], files = [] }: DefaultRule): Rule[] {
  const commands: Rule = {
    kind: "program",
    text: name,
    programs: programsOf(forms),
    matches: matcherOf(forms),
  };
  return [...(forms.length === 0 ? [] : [commands]), ...files.map((file) => ({ ...parseRule(file), name }))];
}

/** All of the table, by name and in its order. */
export const DEFAULT_RULES: ReadonlyMap<string, readonly Rule[]> = new Map(
  DEFAULT_RULE_TABLE.map((row) => [row.name, rulesOf(row)]),
);
