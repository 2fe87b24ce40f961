"""Requests: a customer asks a tailor to alter or a designer to design, and both can rely on what was said.

Alterations and design requests share one lifecycle (lifecycle.py), one set of actions and one history.
"""
