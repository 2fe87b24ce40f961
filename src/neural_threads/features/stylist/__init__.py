"""The stylist without a network: understands a question, and answers from wardrobe, profile, rules and catalogue."""
