"""The one door for paid work: memo, quote, budget, journal, submit, resume, fetch, verify, receipt.

Belongs here: everything that makes sure work is paid for once (``door``), what is written down about it (``schema``,
``journal``), the ceilings and budgets that hold over all processes and machines, and what is said about it afterwards
(``ledger``). Does not belong here: a provider's words on the wire (``providers``), Dagster (``defs``).

::

    door.run(provider, request, purpose)
      fingerprint -> memo? -> claim -> open attempt? -> look for it
                                    -> else prepare, quote, budget, journal the intent, submit, journal the id
      wait -> fetch -> verify -> store -> journal the result -> delivery
"""
