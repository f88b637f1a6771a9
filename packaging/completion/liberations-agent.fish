# Completion of liberations-agent, as its listener is started by hand, for fish.
complete -c liberations-agent -f
complete -c liberations-agent -l help -d 'say how it is called'
complete -c liberations-agent -l listen -d 'listen for the modules of services'
complete -c liberations-agent -l config -r -F -d 'another configuration'
complete -c liberations-agent -l agent-socket -r -F -d 'where people are answered about themselves'
complete -c liberations-agent -l verify-socket -r -F -d 'where verifiers are answered'
complete -c liberations-agent -l idle -x -d 'end after so many seconds without a connection'
