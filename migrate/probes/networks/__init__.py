"""What the routing probe's output holds, a module for each kind."""
