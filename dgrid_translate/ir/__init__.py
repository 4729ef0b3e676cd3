"""The neutral model every dialect is translated through.

Three habits hold for every node:

* `at` is where the node stood in the source body, as the keys that lead to it, so that a loss can be named in the
  caller's own terms. For a stream it is the place in the response that the stream adds up to.
* `ext` holds what the source said and the model has no word for, by dialect and by key path within the node. It comes
  back out in that dialect only; every other encoder names it as a loss. A last word "~name" remembers a form
  (a string instead of a list, say), says nothing itself, and is never a loss; a key of a body that begins with "~" has
  one "~" more here, so that it is never taken for one.
* Absent is `None` here; a JSON null that an encoder of the same dialect must repeat is an extension holding `null`.
"""
