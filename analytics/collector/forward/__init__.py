"""Hands events on to where a company's other figures are: DogStatsD, Datadog's logs, OpenTelemetry.

Data flows one way::

    the collector's file -> _loop (which events, in order) -> a receiver (one file a protocol) -> the network
                              |
                              +-> _position (a file beside: up to which event it is done)

The collector knows nothing of it: its file is opened to be read only, by a process of its own. The position
is not kept in the collector's file, for three reasons. The forwarder never takes the lock that a POST waits
for. It may run as a user who may not write to that file. And a file of its own can be looked at, and removed
to begin anew.

An event is behind the position once its receiver said that it has it, so that a stop at any moment loses
none. What was under way then is sent again, with the same ids.
"""
