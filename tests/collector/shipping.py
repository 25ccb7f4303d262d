"""Events of many kinds, and what ships them, without threads."""

import random

from collecting import DAY, NOW, event

from analytics.collector._store import Post
from analytics.collector.relay._intake import Intake
from analytics.collector.relay._spool import Spool

_ALL = 10_000


class OneCollector:
    """One collector's spool and sink, without the threads."""

    def __init__(self, sink, directory):
        self.spool = Spool(str(directory), 1 << 30)
        self.intake = Intake(self.spool)
        self.sink = sink
        self.sink.open()
        self.at = 0

    def blocks(self):
        """What was not shipped yet."""
        while (block := self.spool.read(self.spool.first(), self.at, _ALL)) is not None:
            yield block
            self.at = block.end

    def put(self, *posts, settle=True):
        """Take them, and ship them."""
        self.intake.write(posts)
        for block in self.blocks():
            self.sink.ship(block)
        if settle:
            self.sink.settle()


def some_events(seed, count, machines=6):
    """Events of four days, with ids that come twice, with what is refused."""
    rng = random.Random(seed)
    posts = []
    for number in range(count // 4):
        bodies = [
            event(
                name=rng.choice(["tilt.tiltfile.loaded", "tilt.tiltfile.load", "x", "nul\0"]),
                machine=rng.choice([None, *(f"m{n}" for n in range(machines))]),
                user=rng.choice([None, "u1", "nul\0"]),
                version=f"0.{rng.randint(1, 3)}",
                duration=rng.choice([None, 0, 10**9, rng.randint(1, 10**10)]),
                calls={rng.choice("abc") + rng.choice(["", ".arg.x"]): rng.randint(0, 5) for _ in range(3)},
                ext_name=rng.choice([None, "ext", "\ud83d\ude00"]),
            )
            for _ in range(3)
        ] + [rng.choice([b"poison", b"{}", event(), b'{"name":5}'])]
        # a refused event uses its id up in a file; in a spool it is refused each time
        ids = [*(b"%d" % rng.randint(1, count) for _ in range(3)), b"refused-%d" % number]
        times = [NOW - rng.randint(0, 3) * DAY for _ in bodies]
        posts.append(Post(bodies, NOW, *rng.choice([((), ()), (ids, times)])))
    return posts
