"""A company's events, made up: what the collector's benchmarks are fed with.

4,000 people, a tenth of them machines of CI, work on 300 repositories for 180 days up to now. The Tiltfile
of each is revised every 18 days and comes in 4 variants; a load counts some 45 of the product's real
built-ins and arguments. 40 % of the events are ``tilt.tiltfile.loaded``, 40 % the timer
``tilt.tiltfile.load``, 10 % ``tilt.up.running``, the rest commands and extensions. A new version comes every
18 days, and people take it up over some weeks. The same number of events is the same stream, byte for byte,
but for the days that it lies in.
"""

import base64
import hashlib
import random

from tiltfile_ext.cli.collect import _builtins

PEOPLE, REPOSITORIES, DAYS = 4000, 300, 180
REVISION_DAYS, VARIANTS = 18, 4
DAY_MS = 86_400_000
VERSIONS = [f"0.{minor}.{patch}" for minor in range(32, 38) for patch in (0, 3)]
SYSTEMS = ("darwin", "darwin", "darwin", "linux", "linux", "windows")
ENVIRONMENTS = (b"kind-0.6+", b"docker-desktop", b"gke", b"minikube", b"rancher-desktop")
EXTENSIONS = (b"restart_process", b"helm_remote", b"namespace", b"secret", b"uibutton", b"git_resource")

_LOADED = (
    b'{"allfiles.changed":"%b","env":"%b",%b"name":"tilt.tiltfile.loaded",%b"tiltfile.changed":"%b",%b,%b'
)
_PLUGIN = b'{"env":"%b","ext_name":"%b",%b"name":"tilt.tiltfile.loaded.plugin",%b%b'


def remote(number):
    """The address of a repository."""
    return f"git@github.com:acme/service-{number}.git"


def origin(number):
    """Its digest, as Tilt makes it."""
    text = f"//github.com/acme/service-{number}"
    return base64.b64encode(hashlib.md5(text.encode()).digest()).decode()


def events(count, now):
    """So many events, and the ms since 1970 when they happened: in order, up to *now*."""
    chance = random.Random(1)
    profiles = [list(_profiles(chance)) for _ in range(REPOSITORIES)]
    people = [_Person(chance, number) for number in range(PEOPLE)]
    start, step = now - DAYS * DAY_MS, DAYS * DAY_MS / count
    # as many events on each day, and each day other people: two thirds of them
    for number in range(count):
        time = start + int(number * step)
        day = int(number * DAYS / count)
        person = people[int(chance.random() ** 1.5 * PEOPLE)]
        if (person.number + day) % 3:
            person = people[(person.number + 1) % PEOPLE]
        yield time, person.event(chance, day, profiles)


class _Person:
    """One machine."""

    def __init__(self, chance, number):
        self.number = number
        self.machine = f"{chance.getrandbits(128):032x}"
        self.system = chance.choice(SYSTEMS)
        self.is_ci = number % 10 == 0
        self.repositories = [int(chance.random() ** 2 * REPOSITORIES) for _ in range(3)]
        self.lag = chance.randrange(60)
        self.environment = chance.choice(ENVIRONMENTS)
        self._known = {}

    def event(self, chance, day, profiles):
        """What this machine sends next."""
        kind, repository = chance.random(), self.repositories[int(chance.random() ** 2 * 3)]
        head, system, tail = self._around(repository, day)
        if kind < 0.4:
            profile = profiles[repository][day // REVISION_DAYS][int(chance.random() * VARIANTS)]
            changes = (b"false", b"true")[kind < 0.1], (b"false", b"true")[kind < 0.05]
            return _LOADED % (changes[0], self.environment, head, system, changes[1], profile, tail)
        if kind < 0.8:
            duration = int(chance.lognormvariate(20.5 + repository / 300, 0.6))
            return b'{"duration":%d,%b"name":"tilt.tiltfile.load",%b%b' % (duration, head, system, tail)
        if kind < 0.95:
            name = b"up.running" if kind < 0.9 else b"cmd.up"
            return b'{%b"name":"tilt.%b",%b%b' % (head, name, system, tail)
        extension = EXTENSIONS[int(chance.random() ** 2 * len(EXTENSIONS))]
        return _PLUGIN % (self.environment, extension, head, system, tail)

    def _around(self, repository, day):
        """What is the same in many events: before the name, behind it, and at the end."""
        version = VERSIONS[max(0, min(len(VERSIONS) - 1, (day - self.lag) // 18 + 2))]
        user = hashlib.md5(f"{self.machine}{day // 90}".encode()).hexdigest()  # a new kernel, a new user
        key = repository, version, user
        found = self._known.get(key)
        if found is None:
            system = f'"os":"{self.system}","subcommand":"{"ci" if self.is_ci else "up"}",'
            head = f'"git.origin":"{origin(repository)}","machine":"{self.machine}",'
            tail = f'"user":"{user}","version":"{version}"}}'
            found = self._known[key] = head.encode(), system.encode(), tail.encode()
        return found


def _profiles(chance):
    """One repository's counts: for each revision of its Tiltfile, its variants."""
    builtins = {}
    for name in _builtins():
        builtin, _, argument = name.partition(".arg.")
        builtins.setdefault(builtin, []).extend([argument] * bool(argument))
    ranked = sorted(builtins, key=lambda name: hashlib.md5(name.encode()).digest())
    used = {ranked[int(chance.random() ** 2 * len(ranked))] for _ in range(20)}
    for _ in range(DAYS // REVISION_DAYS):
        used.remove(chance.choice(sorted(used)))
        used.add(ranked[int(chance.random() ** 2 * len(ranked))])
        yield [_profile(chance, builtins, sorted(used)) for _ in range(VARIANTS)]


def _profile(chance, builtins, used):
    counts = {}
    for name in used:
        counts[name] = chance.randrange(1, 30)
        for argument in builtins[name][:2]:
            counts[f"{name}.arg.{argument}"] = chance.randrange(1, 1 + counts[name])
    return ",".join(f'"tiltfile.invoked.{name}":"{counts[name]}"' for name in sorted(counts)).encode()
