from __future__ import annotations

from migrate.syntax.process_tree import Running, Tree
from migrate.syntax.unit_services import Person, people, user_services, user_units

BOT = "[Unit]\nDescription=A bot\n[Service]\nExecStart=/usr/bin/bot %i %h %t\nWorkingDirectory=%h/bot\n"
HOME = "/home/lena/.config/systemd/user"


def test_a_user_s_units_with_what_runs_of_them() -> None:
    files = {
        f"{HOME}/bot@.service": BOT.split("\n"),
        f"{HOME}/bot@.service.d/more.conf": ["[Service]", "Environment=A=1"],
        "/etc/systemd/user/all.service": ["[Service]", "ExecStart=/bin/all"],
        "/home/other/.config/systemd/user/x.service": ["[Service]", "ExecStart=/bin/x"],
    }
    units = user_units(people(["1501:lena:/home/lena", "odd"]), files, [f"{HOME}/default.target.wants/bot@a.service"])
    groups = {"/user@1501.service/app.slice/bot@a.service": [91, 92]}
    tree = Tree({91: Running(91, 77, "bot"), 92: Running(92, 91, "bot")})
    everybody, bot = user_services(units, "box", groups, tree)
    assert (bot.name, bot.manager, bot.user, bot.main_pid) == ("bot@a.service", "systemd-user", "lena", 91)
    assert bot.exec_start == (("/usr/bin/bot", "a", "/home/lena", "/run/user/1501"),)
    assert (bot.working_directory, bot.environment, bot.enabled) == ("/home/lena/bot", (("A", "1"),), True)
    assert (everybody.name, everybody.active, everybody.enabled) == ("all.service", False, False)


def test_the_user_s_own_file_hides_the_administrator_s() -> None:
    files = {f"{HOME}/a.service": ["[Service]", "ExecStart=/mine"], "/etc/systemd/user/a.service": ["[Service]"]}
    (one,) = user_units([Person("1", "lena", "/home/lena")], files, [])
    assert one.path == f"{HOME}/a.service"
