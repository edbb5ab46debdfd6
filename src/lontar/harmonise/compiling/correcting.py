"""Steps that mend known errors of a source, before anything is read from the cells."""

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker, meets
from lontar.harmonise.mapping_headers import fits
from lontar.harmonise.plan import operations as op
from lontar.harmonise.reading.landing import Landing
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.model.mapping import Correction, MappingBundle


class Corrector:
    """Adds the corrections; `idle` are those whose error is not there any more."""

    def __init__(self, bundle: MappingBundle, binding: Binding, keys: KeyMaker, findings: Findings) -> None:
        self._bundle, self._binding, self._keys, self._findings = bundle, binding, keys, findings
        self.idle: list[Correction] = []
        self.ignores: list[tuple[str, str]] = []
        """Slot and column holding the reason why a corrected cell is ignored."""
        self.mended: list[tuple[str, str]] = []
        """Slot and column that is not null where a text was replaced."""

    def add(self, builder: Builder, landing: Landing) -> None:
        """Replace, refuse or ignore cells that are known to be wrong; tells which corrections found nothing."""
        by_slot: dict[str, list[Correction]] = {}
        for correction in self._bundle.corrections:
            if correction.status == "mended":
                continue
            slot = self._binding.slots.get(correction.column)
            if slot is None:
                self.idle += [correction] if self._is_for(correction, landing) else []
            else:
                by_slot.setdefault(slot, []).append(correction)
        for slot, corrections in by_slot.items():
            self._add_slot(builder, landing, slot, corrections)

    def _add_slot(self, builder: Builder, landing: Landing, slot: str, corrections: list[Correction]) -> None:
        column = corrections[0].column
        names = tuple(dict.fromkeys([*(n for c in corrections for n in c.where), column]))
        named = tuple(name for name in names if name in self._binding.slots)
        slots = [self._binding.slots[name] for name in named]
        rows, met = [], set()
        landed = [self._keys.landed(slot) for slot in slots]
        for values in self._keys.raw(("file", *landed)):
            name = landing.files[int(str(values[0]))].name
            texts = self._binding.facts[int(str(values[0]))] | dict(
                zip(named, map(str, values[1:]), strict=True)
            )
            found = next((c for c in corrections if fits(c.files, name) and _concerns(c, texts)), None)
            if found is not None:
                met.add(found.id)
                rows.append((*values, *self._outcome(found)))
        self.idle += [c for c in corrections if c.id not in met and self._is_for(c, landing)]
        self._attach_corrections(builder, slot, landed, rows, corrections)

    def _is_for(self, correction: Correction, landing: Landing) -> bool:
        return any(fits(correction.files, landing.files[f].name) for f in self._binding.files)

    def _attach_corrections(
        self,
        builder: Builder,
        slot: str,
        slots: list[str],
        rows: list[tuple[op.Scalar, ...]],
        corrections: list[Correction],
    ) -> None:
        if not rows:
            return
        types = [op.Column(name="file", type="int"), *(op.Column(name=s, type="text") for s in slots)]
        outputs = [
            op.Column(name=f"mended_{slot}", type="text"),
            op.Column(name=f"dropped_{slot}", type="text"),
            op.Column(name=f"mended_{slot}_bad", type="int"),
        ]
        told = builder.attach(
            f"corrections_{slot}", ("file", *slots), types, outputs, rows, "known errors of this source"
        )
        if f"mended_{slot}_bad" in told:
            builder.mark_bad(f"mended_{slot}_bad", slot)
        if f"dropped_{slot}" in told:
            self.ignores.append((slot, f"dropped_{slot}"))
        if f"mended_{slot}" in told:
            self.mended.append((slot, f"mended_{slot}"))
            options = (f"mended_{slot}", self._keys.landed(slot))
            builder.step(op.Pick(into=f"corrected_{slot}", type="text", options=options))
            for c in corrections:
                if c.action == "replace" and c.to is not None:
                    self._keys.replace(slot, c.found, c.to)

    def _outcome(self, found: Correction) -> tuple[op.Scalar, ...]:
        if found.action == "replace":
            return (found.to or "", None, None)
        if found.action == "ignore":
            return (None, found.reason, None)
        wrong = Wrong.of("corrected", expected=found.id, detail=found.reason)
        return (None, None, self._findings.number(wrong, found.found))


def _concerns(correction: Correction, texts: dict[str, str]) -> bool:
    return texts[correction.column] == correction.found and meets(texts, correction.where)
