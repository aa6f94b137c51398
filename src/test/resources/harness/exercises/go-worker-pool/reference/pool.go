// Package pool runs work in parallel.
package pool

import (
	"context"
	"sync"
)

// Map runs work on all inputs and gives the results in their order.
func Map[T, R any](ctx context.Context, workers int, inputs []T, work func(context.Context, T) (R, error)) ([]R, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]R, len(inputs))
	next := make(chan int)
	var failure error
	var once sync.Once
	var running sync.WaitGroup
	for i := 0; i < workers || i < 1; i++ {
		running.Add(1)
		go func() {
			defer running.Done()
			for at := range next {
				result, err := work(ctx, inputs[at])
				if err != nil {
					once.Do(func() { failure = err })
					cancel()
					return
				}
				results[at] = result
			}
		}()
	}
	err := feed(ctx, len(inputs), next)
	close(next)
	running.Wait()
	if failure != nil {
		return nil, failure
	}
	return results, err
}

func feed(ctx context.Context, count int, next chan<- int) error {
	for i := 0; i < count; i++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case next <- i:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
