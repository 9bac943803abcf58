package service

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// fillLog adds events as single commands write them: each in a transaction of
// its own as far as the log can tell, a second after the one before, about one
// of a few users by the owner. It is quick because they share one commit.
func (w *world) fillLog(events int) []account.User {
	w.t.Helper()
	var users []account.User
	for i := range 8 {
		users = append(users, w.user(account.User{Email: account.Email(fmt.Sprintf("user%d@norrsken.example", i))}))
	}
	w.fillMore(users, events)
	return users
}

func (w *world) fillMore(users []account.User, events int) {
	w.t.Helper()
	const batch = 50_000
	for done := 0; done < events; done += batch {
		w.fillBatch(users, done, min(batch, events-done))
	}
}

func (w *world) fillBatch(users []account.User, first, events int) {
	w.t.Helper()
	s := w.service(worldDevice{})
	owner := actorOf(w.find("anna@norrsken.example"))
	err := s.store.Update(context.Background(), func(tx *store.Tx) error {
		for i := range events {
			w.now = w.now.Add(time.Second)
			tx.Now = w.now
			u := users[(first+i)%len(users)]
			log := openLog(tx, s.env)
			e := audit.Event{
				Action: "user.edit", Outcome: account.OutcomeOK, Target: audit.UserRef(u.ID), Org: u.Org,
				Changes: []audit.Change{{Field: "locale", From: "en", To: "sv"}},
				Records: []audit.RecordHash{{Key: append([]byte("u\x00\x00\x00\x01"), u.ID[:]...), Hash: [16]byte{byte(i)}}},
			}
			if err := log.write(e, owner); err != nil {
				return err
			}
			if err := log.close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatalf("fill the log: %v", err)
	}
}
