"""The list that `pm2 save` writes."""
import json

home, node = "/home/portal", "/home/portal/.nvm/versions/node/v18.20.4/bin/node"
apps = [
    ("portal", "server.js", {"NODE_ENV": "production", "PORT": "3000", "JWT_SECRET": "Bachstelze-8350-jwt"}),
    ("portal-mailer", "mailer.js", {"NODE_ENV": "production"}),
]
kept = [
    {
        "name": name, "pm_exec_path": f"{home}/portal/{script}", "pm_cwd": f"{home}/portal", "exec_interpreter": "node",
        "exec_mode": "fork_mode", "node_args": [], "autorestart": True, "autostart": True, "status": "online",
        "env": {**env, "PM2_HOME": f"{home}/.pm2", "PATH": f"{node.rpartition('/')[0]}:/usr/bin:/bin", "HOME": home},
        "pm_out_log_path": f"{home}/.pm2/logs/{name}-out.log", "pm_err_log_path": f"{home}/.pm2/logs/{name}-error.log",
        "pm_pid_path": f"{home}/.pm2/pids/{name}-{number}.pid", "instances": 1,
    }
    for number, (name, script, env) in enumerate(apps)
]
with open(f"{home}/.pm2/dump.pm2", "w", encoding="utf-8") as file:
    json.dump(kept, file, indent=2)
