"""The stateful side of the Responses API, for backends that keep nothing.

That is `previous_response_id`, `conversation`, `store`, `background`, references to items, and the paths at which all
of that is looked at.

`asked.py` makes of a request one that needs no memory; `answered.py` keeps the answer on its way out; `background.py`
makes answers while nobody waits; `conversations.py` and `keeper.py` serve what is kept. Where it is kept is the matter
of `dgrid_translate.responses_state`.
"""
