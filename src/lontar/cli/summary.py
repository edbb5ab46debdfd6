"""The account of a call in a few lines for a person."""

from pathlib import Path

from lontar.harmonise.account import Account, Cells


def summary(account: Account, out: Path) -> str:
    """What was read, what became of it, and whether it balances."""
    whole = account.all
    opened = sum(file.opened for file in account.files)
    files = f"{opened} of {len(account.files)} files, {whole.rows.found:,} rows, {whole.cells.found:,} cells"
    sums = f"found {whole.sums.found} = observed {whole.sums.observed} + ignored {whole.sums.ignored} + refused {whole.sums.refused}"
    lines = [
        f"{account.mapping} ({account.mapping_version}): {files}",
        f"  {_fates(whole.cells)}",
        f"  sums: {sums}",
    ]
    if whole.declared_totals:
        differ = sum(total.has_parts and not total.agrees for total in whole.declared_totals)
        lost = sum(not total.has_parts for total in whole.declared_totals)
        lines.append(
            f"  declared totals: {len(whole.declared_totals):,}, of which {differ:,} differ from their parts"
            + (f" and {lost:,} have no parts" if lost else "")
        )
    if account.derived.increments:
        agrees = _yes(account.derived.agrees)
        lines.append(
            f"  increments: {account.derived.increments:,}; they add up to the last cumulative figures: {agrees}"
        )
    if account.added.sums:
        told = f"{account.added.sums:,} of {account.added.figures:,} figures"
        lines.append(f"  added up: {told}; each is the sum of its figures: {_yes(account.added.agrees)}")
    lines += [f"  not opened: {file.file}" for file in account.files if not file.opened]
    problems = f"{whole.problems.get('refused', 0):,} refused, {whole.problems.get('warning', 0):,} warnings"
    lines.append(f"  problems: {problems}")
    lines.append(f"  balanced: {_yes(account.balanced)}; {account.seconds:.2f} s; written to {out}")
    return "\n".join(lines)


def _fates(cells: Cells) -> str:
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(cells.ignored.items()))
    ignored = f"{sum(cells.ignored.values()):,}{f' ({reasons})' if reasons else ''}"
    told = f"observed {cells.observed:,}, codes and labels {cells.code_or_label:,}"
    return f"{told}, refused {cells.refused:,}, ignored {ignored}"


def _yes(told: bool) -> str:
    return "yes" if told else "NO"
