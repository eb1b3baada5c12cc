"""All that the fund can do. One function, one act, one entry (or one sealed line, where a person is helped)."""
