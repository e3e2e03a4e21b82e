"""The hosts of an Ansible inventory, reached by Ansible itself: through ansible-runner, with raw tasks alone."""
