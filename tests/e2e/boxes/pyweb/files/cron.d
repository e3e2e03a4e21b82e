# Listen des Vereins
SHELL=/bin/bash
MAILTO=kasse@example.org
30 2 * * * verein /srv/verein/bin/export.sh
#0 4 * * 0 verein /srv/verein/bin/newsletter.sh
