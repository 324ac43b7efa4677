"""Does some test notice when the scoring or the gate goes wrong? Mutants of `streams/core`.

    sowing (cosmic-ray, its own environment) ──mutants──► trials (our environment)
                                          survivors.yml ──► verdict: each is explained

`python -m tests.mutation` changes one thing in one module at a time (`>=` to `>`, `+` to `-`, 24 to
25, `and` to `or`) and runs the tests that reach it. A mutant that no test kills either shows a
promise that nobody tests, and gets one, or changes nothing that can be seen, and is explained in
`survivors.yml`. The run fails when there is a survivor that is not explained, or an explanation of
a mutant that does not survive. `python -m tests.mutation gates heat` looks at these modules only.

What a run found out is kept beside cosmic-ray (`remembered`): a run that was interrupted goes on
where it was, and a later one tries only what something changed for that its trial can see, which is
the mutant, its tests and every module that these import. `--anew` forgets all that.

cosmic-ray makes the mutants; it lives in `.venv-mutants` because its dependencies and Faust's do
not go together. It does not run them: a process per mutant costs a second of imports, and there are
some thousand. Here a process that has imported and collected everything forks for each, changes
the code of the one function, and runs only tests that call it, first the one that noticed such a
change before, then the quickest. All of it works on a copy of the tree; a mutant exists in the
memory of a fork and is never written anywhere.

What is not mutated: annotations; and arithmetic never turns into bit operators or powers, nor a
comparison of amounts into one of identities: for floats they fail or mean nothing, and one tick's
number to the power of another's is not worked out in a lifetime.
"""
