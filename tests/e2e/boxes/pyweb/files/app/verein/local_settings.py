# Nur auf diesem Server
STRIPE_KEY = "sk_live_Stachelbeere8841verein"
ADMINS = [("Sandra", "sandra@example.org")]
