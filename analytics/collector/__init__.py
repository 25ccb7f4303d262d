"""A collector: takes events from Tilt and from `analytics`, keeps them for good, and shows what they say.

One process, one SQLite file. What comes in flows one way::

    _app (HTTP) -> _writer (group commit) -> _read (bytes to events) -> _store (one transaction)
    _store's file -> _file_sums (read only) -> _questions -> _page, _forms (CSV, JSON)

`relay` does without the file: its collectors, of which there may be many, keep the events in a database.

A POST is answered with 200 once the transaction that holds its events is on the disk.

It needs the extra ``collector`` (``pip install 'tiltfile-ext[collector]'``); no client imports it.
"""
