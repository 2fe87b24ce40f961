"""Notifications: stored with what caused them, sent live after the commit, in the reader's language.

Others call `notify` with their own words, or one of `notify_of_chat`, `notify_of_message`, `notify_of_review` and
`notify_of_profile_view`; and `chat_was_read` or `saw` once the reader has looked at what they were told of.
"""
