"""What one stage hands to the next: frozen values without behaviour of their own."""
