"""Chats between a customer and a provider: messages with gapless numbers, and read positions."""
