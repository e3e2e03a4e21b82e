"""What the ways over SSH share. Imported only once a host is reached that way: paramiko takes its time."""
