package config

// Template returns the configuration file that `config init` writes: every key
// commented out, with what it does, its default, or an example where it has
// none. Without the hash before the keys it is a file that loads.
func Template() []byte { return []byte(template) }

const template = `# The configuration of usher.
#
# Every key stands here, commented out, with its default or an example. Take
# the hash before it away to set it. Two files are read, and the second one
# counts more:
#
#   /etc/usher/usher.yaml              for everybody on this machine
#   $XDG_CONFIG_HOME/usher/usher.yaml  for you, mostly in ~/.config
#
# A variable of the environment counts more than both, and a flag more than the
# variable. With --config FILE, or USHER_CONFIG, only that one file is read.
#
# A relative path starts at the folder of the file it stands in; ~/ is your
# home. Only the owner of this file may be able to write it. Passwords do not
# belong here: name a private file that holds them.
#
# "usher config show" lists what is set and where it comes from.
# "usher config check" looks whether it can work.

# The database, in a folder that belongs to usher alone. The default is
# /var/lib/usher/usher.db for root and $XDG_DATA_HOME/usher/usher.db (mostly
# ~/.local/share/usher/usher.db) for everybody else.
# Variable USHER_DB, flag --db.
#db: /var/lib/usher/usher.db

# How results are printed: table, json, jsonl (an object a line) or csv.
# Variable USHER_OUTPUT, flag --output.
#output: table

# How long to wait for the database while somebody else uses it: 500ms, 5s,
# 2m; 0 does not wait.
# Variable USHER_WAIT, flag --wait.
#wait: 5s

# Colour: auto (on a terminal), always or never.
# Variables USHER_COLOR and NO_COLOR, flag --no-color.
#color: auto

# The language of all mails: en, fr or sv. Without it every user gets mail in
# the language of his own.
# Variable USHER_LANG.
#lang: en

# The server that takes usher's mail. Without a host no mail is sent, and the
# links that would be mailed are printed, to be passed on by hand.
smtp:
  # Its name or address, without the port.
  # Variable USHER_SMTP_HOST.
  #host: mail.example.org

  # Its port. The default follows from the security: 587 for starttls, 465 for
  # tls and 25 for none.
  # Variable USHER_SMTP_PORT.
  #port: 587

  # How the way there is protected: starttls (nothing is sent unless the server
  # turns to TLS), tls (from the first byte) or none (only for a server on this
  # machine: links are as good as passwords).
  # Variable USHER_SMTP_SECURITY.
  #security: starttls

  # Who to sign in as. Without it usher does not sign in.
  # Variable USHER_SMTP_USERNAME.
  #username: usher@example.org

  # The file whose first line is the password. Nobody else may be able to read
  # it: chmod 600.
  # Variable USHER_SMTP_PASSWORD_FILE.
  #password_file: /etc/usher/smtp-password

  # The sender of every mail.
  # Variable USHER_SMTP_FROM.
  #from: Usher <usher@example.org>

# The links that people get.
links:
  # What stands before the rest of each link. Set it if a page of yours takes
  # the links and tells people what to do with them. Without it links begin
  # with usher:// and are pasted into the command.
  # Variable USHER_LINKS_BASE_URL.
  #base_url: https://usher.example.org

# The directories that keep the passwords of some users, such as an Active
# Directory, each under a name of its own: small letters, digits and hyphens.
# "usher user edit EMAIL --directory corp" leads a user there.
directories:
  #corp:
    # Where it is: ldaps:// or ldap://.
    #url: ldaps://dc1.example.org

    # The name by which a user signs in to it, with {email} for his address, or
    # {local} for what stands before the @. An Active Directory takes {email}.
    #bind_dn: uid={local},ou=people,dc=example,dc=org

    # The certificates that it is trusted by, in PEM, if the machine does not
    # trust it anyway.
    #ca_file: /etc/usher/corp-ca.pem

    # What to tell a user of it who wants to change his password.
    #help: Press Ctrl+Alt+Del in the office, then "Change a password".
`
