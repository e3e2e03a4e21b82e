"""File transfer, file and source code servers."""

from __future__ import annotations

from migrate.probes.applications.known import daemon

KNOWN = (
    daemon(
        "vsftpd",
        "ftp",
        "vsftpd",
        files="/etc/vsftpd.conf /etc/vsftpd/vsftpd.conf /etc/vsftpd/*.conf",
        settings=(
            "listen_port anonymous_enable local_enable write_enable chroot_local_user pasv_enable "
            "pasv_min_port pasv_max_port pasv_address ssl_enable rsa_cert_file rsa_private_key_file "
            "userlist_enable userlist_file guest_enable guest_username pam_service_name "
            "user_config_dir virtual_use_local_privs"
        ),
        data="local_root anon_root",
        logs="xferlog_file vsftpd_log_file",
    ),
    daemon(
        "pure-ftpd",
        "ftp",
        "pure-ftpd pure-ftpd-mysql pure-ftpd-postgresql pure-ftpd-ldap",
        files=("/etc/pure-ftpd/conf/* /etc/pure-ftpd/pure-ftpd.conf /etc/pure-ftpd.conf /etc/pure-ftpd/db/*"),
        settings=(
            "passiveportrange forcepassiveip tls chrooteveryone noanonymous puredb mysqlconfigfile "
            "maxclientsnumber certfile"
        ),
        logs="altlog",
    ),
    daemon(
        "tftpd",
        "ftp",
        "in.tftpd atftpd tftpd-hpa",
        files="/etc/default/tftpd-hpa /etc/xinetd.d/tftp /etc/sysconfig/tftp",
        settings="tftp_username tftp_address tftp_options",
        data="tftp_directory",
    ),
    daemon(
        "rsyncd",
        "file-server",
        "rsync",
        only="--daemon",
        options="--config",
        files="/etc/rsyncd.conf /etc/rsyncd.d/*",
        settings="uid gid use_chroot read only auth hosts secrets",
        data="path",
        logs="log",
    ),
    daemon(
        "netatalk",
        "file-server",
        "netatalk afpd",
        options="-F",
        files="/etc/netatalk/afp.conf /etc/afp.conf /etc/netatalk/*",
        data="path",
    ),
    daemon(
        "nfs-ganesha",
        "file-server",
        "ganesha.nfsd",
        options="-f",
        files="/etc/ganesha/ganesha.conf",
        settings="pseudo access_type squash",
        data="path",
    ),
    daemon(
        "glusterfs",
        "file-server",
        "glusterd glusterfsd",
        files="/etc/glusterfs/glusterd.vol",
        data="working-directory",
    ),
    daemon(
        "minio",
        "file-server",
        "minio",
        files="/etc/default/minio",
        settings="minio_opts minio_address",
        data="minio_volumes",
    ),
    daemon(
        "minidlna",
        "file-server",
        "minidlnad",
        options="-f",
        files="/etc/minidlna.conf",
        settings="port friendly_name",
        data="media_dir db_dir",
        logs="log_dir",
    ),
    daemon(
        "svnserve",
        "file-server",
        "svnserve",
        options="--config-file",
        files="/etc/default/svnserve /etc/sysconfig/svnserve /etc/svnserve.conf",
        writes="-r --root",
    ),
    daemon(
        "git-daemon",
        "file-server",
        "git-daemon",
        files="/etc/default/git-daemon",
        data="git_daemon_base_path git_daemon_directory",
        writes="--base-path",
    ),
    daemon(
        "gitea",
        "application",
        "gitea forgejo gogs",
        options="-c --config",
        files="/etc/gitea/app.ini /etc/forgejo/app.ini /etc/gogs/app.ini",
        settings="domain root_url http_port ssh_port run_mode lfs_start_server db_type",
        data="repository/root server/lfs_content_path path avatar_upload_path",
        logs="root_path",
        resources="database/host>database",
    ),
    daemon(
        "transmission",
        "file-server",
        "transmission-daemon",
        files="/etc/transmission-daemon/settings.json",
        settings="rpc-port peer-port",
        data="download-dir",
        writes="-g",
    ),
    daemon("syncthing", "file-server", "syncthing"),
)
