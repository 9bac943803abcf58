package store

import "github.com/usher-admin/usher/internal/account"

// A pool keeps what was bought of a plan. How many of its seats are held is not
// kept there but counted with the holders (facet.go), in the one place where a
// holder is written: so the number cannot drift, and no way of removing a
// holder can forget a seat.

func poolKey(org account.OrgID, plan account.PlanName) []byte {
	return key(keyPool, orgPart(org), []byte(plan.Key()))
}

// Pool returns the pool of a plan, whatever its letter case.
func (tx *Tx) Pool(org account.OrgID, plan account.PlanName) (account.Pool, bool, error) {
	payload, err := tx.read(poolKey(org, plan))
	if err != nil || payload == nil {
		return account.Pool{}, false, err
	}
	p, err := tx.decodePool(org, payload)
	return p, err == nil, err
}

func (tx *Tx) decodePool(org account.OrgID, payload []byte) (account.Pool, error) {
	p := account.Pool{Org: org}
	var broken error
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			p.Plan = account.PlanName(f.bytes)
		case 2:
			p.Kind = planKinds.name(f.value)
		case 3: // once for each purchase
			purchase, err := decodePurchase(f.bytes)
			if err != nil {
				broken = err
			}
			p.Purchases = append(p.Purchases, purchase)
		}
	})
	if err != nil || broken != nil {
		return p, tx.damaged("the record of a licence plan cannot be decoded")
	}
	return p, nil
}

func decodePurchase(payload []byte) (account.Purchase, error) {
	var p account.Purchase
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			p.Seats = int(f.value)
		case 2:
			p.BoughtAt = f.time()
		case 3:
			p.ExpiresAt = f.time()
		}
	})
	return p, err
}

func encodePurchase(p account.Purchase) []byte {
	var e encoder
	e.uint(1, uint64(p.Seats))
	e.time(2, p.BoughtAt)
	e.time(3, p.ExpiresAt)
	return e.buf
}

// PutPool writes the pool of a plan.
func (tx *Tx) PutPool(p account.Pool) error {
	if err := tx.watchPlan(p.Org, p.Plan); err != nil {
		return err
	}
	var e encoder
	e.string(1, string(p.Plan))
	e.uint(2, planKinds.number(p.Kind))
	for _, purchase := range p.Purchases {
		e.bytes(3, encodePurchase(purchase))
	}
	return tx.write(poolKey(p.Org, p.Plan), e.buf)
}

// RemovePool deletes the pool of a plan, of which nobody may hold a seat.
func (tx *Tx) RemovePool(p account.Pool) error {
	if err := tx.watchPlan(p.Org, p.Plan); err != nil {
		return err
	}
	return tx.remove(poolKey(p.Org, p.Plan))
}

// Pools calls fn with the pools of an organisation in the order of the plans'
// names, until fn returns false.
func (tx *Tx) Pools(org account.OrgID, fn func(account.Pool) (bool, error)) error {
	prefix := key(keyPool, orgPart(org))
	return tx.each(prefix, prefix, func(_, payload []byte) (bool, error) {
		p, err := tx.decodePool(org, payload)
		if err != nil {
			return false, err
		}
		return fn(p)
	})
}

// Seats returns how the plan of a pool stands now.
func (tx *Tx) Seats(p account.Pool) (account.Seats, error) {
	held, err := tx.held(p.Org, p.Plan)
	return p.SeatsAt(held, tx.Now), err
}

// held returns how many users and mailboxes hold a seat of a plan.
func (tx *Tx) held(org account.OrgID, plan account.PlanName) (int, error) {
	users, err := tx.Count(org, FacetPlan, plan.Key())
	if err != nil {
		return 0, err
	}
	mailboxes, err := tx.Count(org, facetMailboxPlan, plan.Key())
	return users + mailboxes, err
}
