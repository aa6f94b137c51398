package pool

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
)

func double(_ context.Context, n int) (int, error) { return 2 * n, nil }

func TestResultsAreInTheOrderOfTheInputs(t *testing.T) {
	got, err := Map(context.Background(), 3, []int{1, 2, 3, 4, 5}, double)
	if err != nil || !reflect.DeepEqual(got, []int{2, 4, 6, 8, 10}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNoWorkersMeansOne(t *testing.T) {
	got, err := Map(context.Background(), 0, []int{1}, double)
	if err != nil || !reflect.DeepEqual(got, []int{2}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestThatManyWorkAtOnce(t *testing.T) {
	meet := make(chan struct{})
	work := func(_ context.Context, n int) (int, error) {
		select {
		case meet <- struct{}{}:
		case <-meet:
		}
		return n, nil
	}
	if _, err := Map(context.Background(), 2, []int{1, 2}, work); err != nil {
		t.Error(err)
	}
}

func TestAnErrorStopsTheRest(t *testing.T) {
	broken := errors.New("broken")
	var begun int32
	work := func(ctx context.Context, n int) (int, error) {
		atomic.AddInt32(&begun, 1)
		if n == 0 {
			return 0, broken
		}
		<-ctx.Done()
		return 0, ctx.Err()
	}
	_, err := Map(context.Background(), 2, make([]int, 1000), work)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if begun > 2 {
		t.Errorf("%d were begun", begun)
	}
}

func TestACancelledContextGivesItsError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Map(ctx, 2, []int{1, 2}, double); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
