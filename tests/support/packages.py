"""The Debian packages of the programs that cases need, so that a case that is skipped says what to install."""
import glob
import os
import shutil

# A program that is not listed has the name of its package.
PACKAGE_OF = {
    "/lib/systemd/systemd": "systemd",
    "/usr/lib/apache2/modules/mod_authnz_pam.so": "libapache2-mod-authnz-pam",
    "/usr/lib/nginx/modules/ngx_http_auth_pam_module.so": "libnginx-mod-http-auth-pam",
    "/usr/lib/openvpn/openvpn-plugin-auth-pam.so": "openvpn", "/usr/sbin/exim4": "exim4-daemon-light",
    "/usr/lib/python3/dist-packages/pamela.py": "python3-pamela", "/etc/fail2ban/filter.d/common.conf": "fail2ban",
    "/usr/lib/python3/dist-packages/pexpect/__init__.py": "python3-pexpect",
    "Xvfb": "xvfb", "chage": "passwd",
    "fail2ban-regex": "fail2ban", "fail2ban-server": "fail2ban", "nft": "nftables",
    "ab": "apache2-utils", "etcd": "etcd-server", "apache2": "apache2-bin", "cp": "coreutils", "find": "findutils",
    "/usr/lib/mysql/plugin/auth_pam.so": "mariadb-server", "mariadbd": "mariadb-server", "mariadb": "mariadb-client",
    "mariadb-install-db": "mariadb-server", "smbd": "samba", "smbpasswd": "samba",
    "gcore": "gdb", "ip": "iproute2", "initdb": "postgresql", "mknod": "coreutils", "nsenter": "util-linux", "pivot_root": "util-linux", "prlimit": "util-linux",
    "psql": "postgresql", "pg_dump": "postgresql", "rsvg-convert": "librsvg2-bin", "pwqfilter": "passwdqc", "setpriv": "util-linux", "ssh": "openssh-client",
    "ssh-add": "openssh-client", "ssh-agent": "openssh-client",
    "/usr/sbin/postfix": "postfix", "sshd": "openssh-server", "su": "util-linux", "systemctl": "systemd", "systemd-analyze": "systemd",
    "pdfinfo": "poppler-utils", "/usr/lib/security/pam_pwquality.so": "libpam-pwquality", "promtool": "prometheus",
    "rpmspec": "rpm", "rpmbuild": "rpm", "find-debuginfo": "debugedit", "eu-strip": "elfutils", "readelf": "binutils",
    "apparmor_parser": "apparmor", "/etc/apparmor.d/abstractions/base": "apparmor",
    "/usr/share/selinux/devel/Makefile": "selinux-policy-dev", "checkmodule": "checkpolicy",
    "semodule_package": "semodule-utils",
    "runsvdir": "runit", "s6-svscan": "s6", "unshare": "util-linux", "usermod": "passwd", "xrdp-sesman": "xrdp",
    "xrdp-sesrun": "xrdp", "zbarimg": "zbar-tools",
}
PLACES = ["/usr/sbin", "/sbin"] + glob.glob("/usr/lib/postgresql/*/bin")


def find(need):
    """The path of a program, or of a file that is named by its path; None if it does not exist."""
    if need.startswith("/"):
        return need if os.path.exists(need) else None
    return shutil.which(need, path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))


def why_not(*needs):
    """Why a case that needs these programs and files cannot run here, or nothing."""
    missing = [need for need in needs if not find(need)]
    absent = [need for need in missing if need.startswith("/") and need not in PACKAGE_OF]
    if absent:
        return "there is no " + ", ".join(absent)
    names = sorted({PACKAGE_OF.get(need, need) for need in missing})
    if not names:
        return ""
    return "%s %s not installed" % (" and ".join(names), "are" if len(names) > 1 else "is")
