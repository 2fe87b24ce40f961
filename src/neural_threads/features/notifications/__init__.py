"""What people are told: stored in the transaction that caused it, live after the commit, in the reader's language.

Others call `notify` with their own words, or one of `tell_of_chat`, `tell_of_message`, `tell_of_review` and
`tell_of_view`; and `chat_was_read` or `saw` once the reader has looked at what they were told of.
"""
