"""Orders: a customer asks a tailor for an alteration or a designer for a design; quotes, dates and status bind both.

Alterations and design requests share one lifecycle (lifecycle.py), one set of actions and one history.
"""
